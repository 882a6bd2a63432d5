/** Scenario files are bundled as text (esbuild's text loader; jest does the same). */
declare module '*.yaml' {
  const text: string;
  export default text;
}
