// The editor of an exercise: CodeMirror for Python, with only what an exercise needs.
// Tab indents; Escape and then Tab leaves the editor, as CodeMirror's manual asks for.

import { defaultKeymap, history, historyKeymap, indentWithTab, temporarilySetTabFocusMode } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Classes, which the page's style sheet colours: light and dark are its affair.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null, tags.self], class: "pe-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "pe-string" },
  { tag: tags.number, class: "pe-number" },
  { tag: tags.comment, class: "pe-comment" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName))], class: "pe-name" },
]);

const markLine = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    let now = transaction.docChanged ? Decoration.none : lines;
    for (const effect of transaction.effects) {
      if (!effect.is(markLine)) continue;
      const { doc } = transaction.state;
      const known = effect.value >= 1 && effect.value <= doc.lines;
      now = known ? Decoration.set(Decoration.line({ class: "pe-wrong-line" }).range(doc.line(effect.value).from)) : Decoration.none;
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// selection: where the caret is, [from, to] in characters.  keys: {"Mod-Enter": action, ...}.  Returns { text(), write(text), mark(line), focus() }.
export function makeEditor({ parent, text, selection, label, describedBy, keys, onChange }) {
  const own = Object.entries(keys).map(([key, action]) => ({ key, run: () => (action(), true), preventDefault: true }));
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      selection: { anchor: selection[0], head: selection[1] },
      extensions: [
        keymap.of([
          ...own,
          { key: "Escape", run: temporarilySetTabFocusMode },
          ...defaultKeymap, ...historyKeymap, indentWithTab,
        ]),
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        indentUnit.of("    "), pythonLanguage, syntaxHighlighting(colours), marked,
        EditorView.contentAttributes.of({
          "aria-label": label, "aria-describedby": describedBy, tabindex: "0",
          autocapitalize: "off", autocorrect: "off", spellcheck: "false", translate: "no",
        }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    write: (now) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } }),
    mark: (line) => view.dispatch({ effects: markLine.of(line) }),
    focus: () => view.focus(),
  };
}
