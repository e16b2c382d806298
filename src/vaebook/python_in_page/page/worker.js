// The worker in which the page's Python runs.  Pyodide's two scripts stand in front of this one, in one blob:
// nothing is fetched, so it works from a folder as well, and under a policy that allows no other host.

(() => {
  const ADDRESS = "http://python.invalid/"; // of the files that the page has sent; nobody is asked for it
  const post = self.postMessage.bind(self);
  const asked = self.addEventListener.bind(self);
  let files = {};
  let python = null;
  let place = ""; // of installed packages
  let memory = null; // the interpreter's

  self.fetch = async (request) => {
    const name = String(request.url ?? request).split("/").pop();
    if (!files[name]) throw new TypeError("a page's Python has no network");
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files[name], { headers: { "Content-Type": type } });
  };
  // What a learner's code finds here (`import js`) leads neither to other hosts nor to what the page keeps.
  function closeDoors() {
    for (const name of [
      "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "importScripts", "indexedDB", "caches",
      "BroadcastChannel", "Worker", "SharedWorker", "postMessage", "close",
    ]) {
      try {
        Object.defineProperty(self, name, { value: undefined, configurable: true, writable: true });
      } catch {
        // this browser does not let it go
      }
    }
  }

  // The interpreter is compiled once a page; a later worker gets what the first has compiled.
  function keepCompiled(compiled) {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiateStreaming = async (response, imports) => {
      const module = compiled ?? (await WebAssembly.compile(await (await response).arrayBuffer()));
      if (!compiled) {
        try {
          post({ compiled: module });
        } catch {
          // this browser does not hand it over
        }
      }
      const instance = await instantiate.call(WebAssembly, module, imports);
      memory = instance.exports.memory ?? imports.env.memory;
      return { module, instance };
    };
  }

  // Matrix products and loops, which NumPy has no fast ones of here; it does without where a browser does not take them.
  async function kernelsOf(bytes) {
    try {
      const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
      return { ...instance.exports };
    } catch {
      return undefined;
    }
  }

  async function start({ sent, compiled, lock, packages, archive, solutions, kernel }) {
    files = { ...sent, "pyodide-lock.json": lock };
    if (compiled) files["pyodide.asm.wasm"] = new Uint8Array();
    keepCompiled(compiled);
    python = await loadPyodide({ indexURL: ADDRESS, stdin: () => null, stdout: () => {}, stderr: () => {} });
    await python.loadPackage(packages, { messageCallback: () => {} });
    [place] = python.runPython("import site; site.getsitepackages()").toJs();
    python.unpackArchive(files[archive], "zip", { extractDir: place });
    const kernels = await kernelsOf(files[kernel]);
    files = {};
    closeDoors();
    const inside = python.pyimport("vaebook.python_in_page.page_python");
    inside.start(solutions, kernels);
    return inside;
  }

  // Code may change even what answers are written with.
  function readable(said) {
    try {
      return JSON.parse(said);
    } catch {
      return { kind: "spoilt", text: "This code has changed what Python itself relies on. It is started afresh, and there is no verdict." };
    }
  }

  // Puts in what a cell has asked for: wheels, or a file of the package's.
  async function take({ what, files: more }) {
    const names = Object.keys(more);
    if (names.every((name) => name.endsWith(".whl"))) {
      files = { ...more };
      await python.loadPackage([what], { messageCallback: () => {}, errorCallback: () => {} });
      files = {};
    } else for (const name of names) python.FS.writeFile(`${place}/vaecore/shipped/${name}`, more[name]);
  }

  let inside = null;
  let tell = null; // takes what a cell puts out
  const answers = {
    check: (data) => inside.check(data.exercise, data.function, data.source, python.toPy(data.imports)),
    run: (data) => inside.run(data.source, data.exercise, python.toPy(data.imports)),
    cell: ({ id, source, name, kept = [] }) => {
      tell = { id };
      const hear = (part, weights) => {
        const bytes = weights?.toJs(); // of a model that a training has reported
        post({ id: tell.id, part, bytes }, bytes ? [bytes.buffer] : []);
      };
      return python.pyimport("vaebook.python_in_page.page_session").run_cell(source, name, hear, python.toPy(kept));
    },
    resume: async (data) => {
      await take(data);
      tell.id = data.id;
      return python.pyimport("vaebook.python_in_page.page_session").resume();
    },
  };
  asked("message", async ({ data }) => {
    const { id, call } = data;
    try {
      if (call === "start") {
        inside = await start(data);
        post({ id, answer: { kind: "started", version: python.version } });
        return;
      }
      post({ id, answer: readable(await answers[call](data)) });
    } catch (error) {
      post({ id, gone: String(error?.message ?? error) }); // Python itself has ended
    }
  });
})();
