import * as library from '@huggingface/tokenizers';

/** The part of the library's tokenizer that is used here. */
export interface LibraryTokenizer {
  readonly normalizer: ((text: string) => string) | null;
  readonly pre_tokenizer: ((text: string) => string[]) | null;
  readonly post_processor:
    | ((
        first: readonly string[],
        second: readonly string[] | null,
        addSpecialTokens: boolean,
      ) => { readonly tokens: readonly string[]; readonly token_type_ids?: readonly number[] })
    | null;
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: number[] };
  decode(ids: readonly number[], options: { clean_up_tokenization_spaces: boolean }): string;
  token_to_id(token: string): number | undefined;
}

/**
 * The library's constructor. Its own declarations import without file extensions, which Node's module
 * resolution does not follow, so TypeScript sees nothing of them.
 */
export const createLibraryTokenizer = (json: object, config: object): LibraryTokenizer =>
  new (library.Tokenizer as new (json: object, config: object) => LibraryTokenizer)(json, config);
