// The search keeps its words in plain objects, and every plain object knows the word "constructor": who
// searched for it got an error and no answer. Here the two lists forget what they never listed.
document.addEventListener("DOMContentLoaded", () => {
  const { terms, titleterms } = Search._index ?? {};
  const listed = { __proto__: null, hasOwnProperty: Object.prototype.hasOwnProperty };
  for (const words of [terms, titleterms]) if (words) Object.setPrototypeOf(words, listed);
});
