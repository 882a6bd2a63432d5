const { default: JsdomEnvironment } = require('jest-environment-jsdom');

/** jsdom with requests, which it leaves out: those of Node, which speak to the scripted gateway. */
module.exports = class extends JsdomEnvironment {
  constructor(...settings) {
    super(...settings);
    Object.assign(this.global, { fetch, AbortSignal, AbortController });
  }
};
