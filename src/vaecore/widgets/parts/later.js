// What is loaded when it is needed: in a notebook it is there, on a page mount.js loads its file.

export const whenLoaded = async (model, key) => (model.load ? model.load(key) : model.get(key));
