// The page's Python: loaded when it is first asked for, then one worker for the whole page.
// window.vaebookPython: ask(request, {seconds, onPart}) -> a promise of the answer; warm(), to have it ready; stop();
// onState(listener); onEnd(listener), for when an interpreter has ended with all that it knew; piece() and configure(),
// which the scripts with its files call.

(() => {
  if (window.vaebookPython) return;
  const base = new URL(".", document.currentScript.src).href;
  const listeners = new Set();
  const pieces = {}; // name of a file -> its pieces, as they came
  const atEnd = new Set();
  // { files: {name: [[script, bytes], ...]}, core: names of files, extras: {what is asked for: names of files}, ... }
  let config = null;
  let state = { name: "asleep" };

  const tell = (name, more = {}) => {
    if (["loading", "starting"].includes(name) && !busy && !warming) return; // nobody waits for it
    state = { name, ...more };
    for (const listener of listeners) listener(state);
  };

  // ---- Files: scripts, since a page that was opened from a folder may fetch nothing.

  const script = (name) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = base + name;
      element.onload = () => (element.remove(), resolve());
      element.onerror = () => (element.remove(), reject(new Error(`${name} did not arrive`)));
      document.head.append(element);
    });

  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  async function unpacked(name) {
    const count = config.files[name].length;
    const parts = [];
    for (let i = 0; i < count; i++) {
      const text = pieces[name]?.[i];
      if (text === undefined) throw new Error(`${name} is damaged`);
      parts.push(bytesOf(text));
    }
    delete pieces[name];
    const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // Scripts that are loaded once for all workers: names of files -> a promise of their bytes.
  const here = {};
  async function loaded(names) {
    const missing = names.filter((name) => !here[name]);
    const queue = missing.flatMap((name) => config.files[name]);
    const total = queue.reduce((sum, [, bytes]) => sum + bytes, 0);
    let come = 0;
    if (total) tell("loading", { come, total });
    const one = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await script(next[0]);
        come += next[1];
        tell("loading", { come, total });
      }
    };
    await Promise.all([one(), one(), one(), one()]);
    for (const name of missing) here[name] = unpacked(name);
    try {
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await here[name]])));
    } catch (error) {
      for (const name of names) delete here[name]; // another try loads them again
      throw error;
    }
  }

  // ---- The worker

  let worker = null; // { port, waiting: id -> {resolve, reject}, ready: promise }
  let compiled = null; // WebAssembly.Module, from the first worker
  let number = 0;

  function call(to, message, onPart) {
    const id = ++number;
    return new Promise((resolve) => {
      to.waiting.set(id, { resolve, onPart });
      to.port.postMessage({ id, ...message });
    });
  }

  function end(one, answer) {
    if (!one) return;
    one.port.terminate();
    if (worker === one) worker = null;
    for (const { resolve } of one.waiting.values()) resolve(answer);
    one.waiting.clear();
    for (const listener of atEnd) listener();
  }

  async function begin() {
    const content = await loaded(config.core);
    tell("starting");
    const { "pyodide.js": front, "pyodide.asm.js": middle, "worker.js": behind, ...sent } = content;
    const address = URL.createObjectURL(new Blob([front, "\n", middle, "\n", behind], { type: "text/javascript" }));
    const one = { port: new Worker(address), waiting: new Map() };
    worker = one;
    one.port.onmessage = ({ data }) => {
      if (data.compiled) {
        compiled = data.compiled;
        return;
      }
      const asked = one.waiting.get(data.id);
      if (data.part !== undefined) {
        asked?.onPart?.(JSON.parse(data.part), data.bytes);
        return;
      }
      one.waiting.delete(data.id);
      if (data.gone !== undefined) {
        asked?.resolve({ kind: "gone", text: data.gone });
        end(one, { kind: "gone", text: data.gone });
      } else asked?.resolve(data.answer);
    };
    one.port.onerror = (event) => {
      event.preventDefault?.();
      end(one, { kind: "gone", text: event.message ?? "the worker has ended" });
    };
    if (compiled) delete sent["pyodide.asm.wasm"];
    const { lock, packages, archive, solutions, kernel } = config;
    const started = await call(one, { call: "start", sent, compiled, lock, packages, archive, solutions, kernel });
    URL.revokeObjectURL(address);
    if (started.kind !== "started") {
      end(one, started);
      if (started.kind === "gone") throw new Error(started.text);
      return started; // stopped on the way
    }
    one.isReady = true;
    return started;
  }

  let beginning = null;
  async function ready() {
    if (worker?.isReady) return { kind: "started" };
    beginning ??= begin().finally(() => (beginning = null));
    return beginning;
  }

  // ---- What exercises ask for: one thing at a time

  let busy = false;
  let halt = () => {}; // ends what is waited for

  // Get Python ready before it is asked for something; who asks meanwhile waits for the same.
  let warming = false;
  async function warm() {
    if (busy || warming) return;
    warming = true;
    try {
      await ready();
    } catch (error) {
      if (!busy) tell("failed", { why: error.message });
    } finally {
      warming = false;
      if (!busy && ["loading", "starting"].includes(state.name)) tell(worker?.isReady ? "ready" : "stopped");
    }
  }

  async function ask(request, { seconds = 0, onPart } = {}) {
    if (busy) return { kind: "busy" };
    busy = true;
    let timer, clock;
    const halted = new Promise((resolve) => (halt = resolve));
    try {
      const begun = await Promise.race([ready(), halted]);
      if (begun.kind !== "started") return begun;
      const one = worker;
      const since = performance.now();
      const running = () => tell("running", { seconds: Math.floor((performance.now() - since) / 1000) });
      const run = async (message) => {
        running();
        clock = setInterval(running, 1000);
        const answer = await Promise.race([call(one, message, onPart), halted]);
        clearInterval(clock);
        return answer;
      };
      if (seconds) timer = setTimeout(() => end(one, { kind: "late" }), seconds * 1000);
      let answer = await run(request);
      while (answer.kind === "missing") {
        const files = await Promise.race([loaded(config.extras[answer.what]), halted]);
        answer = files.kind === "stopped" ? files : await run({ call: "resume", what: answer.what, files });
      }
      if (answer.kind === "spoilt") end(one, answer);
      return answer;
    } catch (error) {
      tell("failed", { why: error.message });
      return { kind: "failed", text: error.message };
    } finally {
      clearTimeout(timer);
      clearInterval(clock);
      busy = false;
      if (["loading", "running", "starting"].includes(state.name)) tell(worker ? "ready" : "stopped");
    }
  }

  function stop() {
    if (!busy && !warming) return;
    if (worker) end(worker, { kind: "stopped" });
    halt({ kind: "stopped" });
    tell("stopped");
  }

  // Why Python cannot run in this browser, or "".
  function obstacle() {
    if (typeof WebAssembly !== "object") return "this browser has no WebAssembly";
    if (typeof DecompressionStream !== "function") return "this browser cannot unpack its files";
    if (typeof Worker !== "function") return "this browser has no workers";
    return "";
  }

  window.vaebookPython = {
    ask,
    warm,
    stop,
    obstacle,
    configure: (given) => (config = given),
    piece: (name, index, text) => ((pieces[name] ??= [])[index] = text),
    onState: (listener) => (listeners.add(listener), listener(state)),
    onEnd: (listener) => atEnd.add(listener),
    isBusy: () => busy,
    sheets: (widget) => config.sheets[widget] ?? [],
    megabytes: () => config.core.flatMap((name) => config.files[name]).reduce((sum, [, bytes]) => sum + bytes, 0) / 1e6,
  };
})();
