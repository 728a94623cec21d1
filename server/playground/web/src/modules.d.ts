// Modules without declarations of their own.
declare module "*.css";
declare module "monaco-editor/esm/vs/*";
declare module "*.js?worker" {
  const worker: new () => Worker;
  export default worker;
}
