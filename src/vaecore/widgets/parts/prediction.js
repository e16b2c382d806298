// A question that is asked before a figure is moved: the reader commits to an answer, then sees.
//
//   const asked = makePrediction(model, body);   the figure's body rests until there is an answer, or none is wanted
//   root.append(asked.element, body);            asked.show() follows the state
//
// State: prediction ({question, answers, look}, or {} for no question), expected (-1: nothing yet; the index of the
// answer; or their number: passed over).

import { makeButton } from "./controls.js";
import { element, uniqueId } from "./elements.js";

export function makePrediction(model, body, change) {
  const { question, answers = [], look } = model.get("prediction");
  const id = uniqueId("prediction");
  const title = element("p", { id, class: "vw-question-first" }, element("b", {}, "First: "), question ?? "");
  const buttons = [...answers.map((text, i) => makeButton(text, () => answer(i))),
    makeButton("Just let me try", () => answer(answers.length))];
  buttons.at(-1).classList.add("vw-pass");
  const choice = element("div", { class: "vw-presets", role: "group", "aria-labelledby": id }, ...buttons);
  const said = element("p", { class: "vw-expected", role: "status" });
  const whole = element("div", { class: "vw-prediction" }, title, choice, said);

  function answer(expected) {
    change({ expected });
    body.querySelector("input, button, select, [tabindex]")?.focus({ preventScroll: true });
  }
  function show() {
    const expected = model.get("expected");
    const waiting = Boolean(question) && expected < 0;
    body.inert = waiting;
    body.classList.toggle("vw-waiting", waiting);
    choice.hidden = !waiting;
    whole.hidden = !question;
    const known = expected >= 0 && expected < answers.length;
    said.replaceChildren(...(known ? [element("b", {}, "You expect: "), `${answers[expected]} ${look}`] : expected > 0 ? [look] : []));
  }
  // What is pressed in a figure that rests: the question is what it waits for.
  const attend = (event) => {
    if (body.inert && !whole.contains(event.target)) buttons[0].focus();
  };
  return { element: whole, show, attend, waiting: () => body.inert };
}
