import { DistillerError } from '@distiller/core';
import type { EncodedExamples, EncodedTexts } from './encode-examples.js';

/**
 * The examples of `first`, then those of `second`, both encoded for the same roles.
 *
 * @throws DistillerError `bug` when they were encoded for different roles.
 */
export function joinEncoded(first: EncodedExamples, second: EncodedExamples): EncodedExamples {
  // Roles that share their texts go on sharing them.
  const joined = new Map<EncodedTexts, EncodedTexts>();
  const texts = Object.entries(first.texts).map(([role, own]) => {
    const other = second.texts[role];
    if (!other)
      throw new DistillerError(
        'bug',
        `Texts to be joined are encoded for ${Object.keys(first.texts).join(', ')} and for ${Object.keys(second.texts).join(', ')}; this is a bug in the caller.`,
      );
    const both = joined.get(own) ?? joinTexts(own, other);
    joined.set(own, both);
    return [role, both] as const;
  });
  return {
    examples: [...first.examples, ...second.examples],
    texts: Object.fromEntries(texts),
  };
}

function joinTexts(first: EncodedTexts, second: EncodedTexts): EncodedTexts {
  const starts = new Uint32Array(first.starts.length + second.starts.length - 1);
  starts.set(first.starts);
  const end = first.ids.length;
  starts.set(
    second.starts.map((start) => start + end),
    first.starts.length - 1,
  );
  const ids = new Int32Array(end + second.ids.length);
  ids.set(first.ids);
  ids.set(second.ids, end);
  const types = new Uint8Array(ids.length);
  types.set(first.types);
  types.set(second.types, end);
  return {
    ...first,
    starts,
    ids,
    types,
    truncated: first.truncated + second.truncated,
    ...(first.alignments && {
      alignments: [...first.alignments, ...(second.alignments ?? [])],
    }),
    ...(first.spans && { spans: Int32Array.of(...first.spans, ...(second.spans ?? [])) }),
  };
}
