/** Characters of a tag that is cut off. */
const minTag = 4;
const maxTag = 12;
/** Shorter ones stay whole. */
const maxWhole = 8;

const hasLetter = (tag: string) => /\p{L}/u.test(tag);

/**
 * A few characters for each name, by which these names are told apart in a narrow view: of `Acme EU` and `Acme US` the
 * tags are `EU` and `US`. Where no part of a name tells them apart, or only a number, all tags are whole names. A single
 * name is shortened.
 */
export function accountTags(names: readonly string[]): readonly string[] {
  if (names.length === 1) return names.map(shortened);
  const words = names.map((name) => name.split(/\s+/).filter(Boolean));
  const isCommon = (word: string) => words.every((all) => all.includes(word));
  const rests = words.map((all) => all.filter((word) => !isCommon(word)).join(' '));
  const lengths = Array.from({ length: maxTag - minTag + 1 }, (_, i) => minTag + i);
  const isShort = rests.every((rest) => [...rest].length <= maxWhole);
  const cutOff = lengths.flatMap((length) => [
    rests.map((rest) => [...rest].slice(0, length).join('').trim()),
    rests.map((rest) => [...rest].slice(-length).join('').trim()),
  ]);
  const candidates = isShort ? [rests, ...cutOff] : cutOff;
  const isDistinct = (tags: readonly string[]) =>
    tags.every(hasLetter) && new Set(tags.map((tag) => tag.toLowerCase())).size === tags.length;
  return candidates.find(isDistinct) ?? names;
}

const shortened = (name: string): string => {
  const characters = [...name];
  return characters.length <= maxTag
    ? name
    : `${characters
        .slice(0, maxTag - 1)
        .join('')
        .trim()}…`;
};
