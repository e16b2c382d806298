// The page's Python: loaded when it is first asked for, then one worker for the whole page.
// window.vaebookPython: ask(request, seconds) -> a promise of the answer; stop(); onState(listener); piece() and
// configure(), which the scripts with its files call.

(() => {
  if (window.vaebookPython) return;
  const base = new URL(".", document.currentScript.src).href;
  const listeners = new Set();
  const pieces = {}; // name of a file -> its pieces, as they came
  let config = null; // { files: {name: [[script, bytes], ...]}, lock, packages, archive, solutions }
  let state = { name: "asleep" };

  const tell = (name, more = {}) => {
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

  let files = null; // a promise: name -> bytes
  async function loaded() {
    const wanted = Object.values(config.files).flat();
    const total = wanted.reduce((sum, [, bytes]) => sum + bytes, 0);
    let come = 0;
    const queue = [...wanted];
    tell("loading", { come, total });
    const one = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await script(next[0]);
        come += next[1];
        tell("loading", { come, total });
      }
    };
    await Promise.all([one(), one(), one(), one()]);
    tell("starting");
    const names = Object.keys(config.files);
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await unpacked(name)])));
  }

  // ---- The worker

  let worker = null; // { port, waiting: id -> {resolve, reject}, ready: promise }
  let compiled = null; // WebAssembly.Module, from the first worker
  let number = 0;

  function call(to, message) {
    const id = ++number;
    return new Promise((resolve, reject) => {
      to.waiting.set(id, { resolve, reject });
      to.port.postMessage({ id, ...message });
    });
  }

  function end(one, answer) {
    if (!one) return;
    one.port.terminate();
    if (worker === one) worker = null;
    for (const { resolve } of one.waiting.values()) resolve(answer);
    one.waiting.clear();
  }

  async function begin() {
    files ??= loaded();
    let content;
    try {
      content = await files;
    } catch (error) {
      files = null; // another try loads again what is missing
      throw error;
    }
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
    const { lock, packages, archive, solutions } = config;
    const started = await call(one, { call: "start", sent, compiled, lock, packages, archive, solutions });
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
  async function ask(request, seconds) {
    if (busy) return { kind: "busy" };
    busy = true;
    let timer, clock;
    try {
      const begun = await ready();
      if (begun.kind !== "started") return begun;
      const since = performance.now();
      const running = () => tell("running", { seconds: Math.floor((performance.now() - since) / 1000) });
      running();
      clock = setInterval(running, 1000);
      const one = worker;
      if (seconds) timer = setTimeout(() => end(one, { kind: "late" }), seconds * 1000);
      const answer = await call(one, request);
      if (answer.kind === "spoilt") end(one, answer);
      return answer;
    } catch (error) {
      tell("failed", { why: error.message });
      return { kind: "failed", text: error.message };
    } finally {
      clearTimeout(timer);
      clearInterval(clock);
      busy = false;
      if (state.name === "running" || state.name === "starting") tell(worker ? "ready" : "stopped");
    }
  }

  function stop() {
    if (!busy) return;
    if (worker) end(worker, { kind: "stopped" });
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
    stop,
    obstacle,
    configure: (given) => (config = given),
    piece: (name, index, text) => ((pieces[name] ??= [])[index] = text),
    onState: (listener) => (listeners.add(listener), listener(state)),
    megabytes: () => Object.values(config.files).flat().reduce((sum, [, bytes]) => sum + bytes, 0) / 1e6,
  };
})();
