/** Characters of a tag. */
const maxTag = 4;

/**
 * A few characters for each name, by which these names are told apart in a narrow view: of `Acme EU` and `Acme US` the
 * tags are `EU` and `US`. Where so few do not tell them apart, all tags are whole names.
 */
export function accountTags(names: readonly string[]): readonly string[] {
  const words = names.map((name) => name.split(/\s+/).filter(Boolean));
  const isCommon = (word: string) => words.every((all) => all.includes(word));
  const rests = words.map((all) => all.filter((word) => !isCommon(word)).join(' '));
  const candidates = [
    rests.map((rest) => [...rest].slice(0, maxTag).join('').trim()),
    rests.map((rest) => [...rest].slice(-maxTag).join('').trim()),
  ];
  const isDistinct = (tags: readonly string[]) =>
    tags.every(Boolean) && new Set(tags.map((tag) => tag.toLowerCase())).size === tags.length;
  return candidates.find(isDistinct) ?? names;
}
