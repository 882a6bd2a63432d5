/** Gives a text file to jest as esbuild's text loader gives it to the bundle: a string as the default export. */
module.exports = {
  process: (text) => ({ code: `module.exports = { __esModule: true, default: ${JSON.stringify(text)} };` }),
};
