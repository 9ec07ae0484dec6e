/** What became of one file. */
export interface CaseResult {
  readonly name: string;
  readonly seconds: number;
  /** What is wrong, one sentence each; empty when all is as expected. */
  readonly failures: readonly string[];
}

/** A report that CI systems read. https://github.com/testmoapp/junitxml */
export function junitReport(suite: string, results: readonly CaseResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const time = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const counts = `name="${inXml(suite)}" tests="${results.length}" failures="${failed}" errors="0" time="${time.toFixed(3)}"`;
  const cases = results.map(({ name, seconds, failures }) => {
    const start = `    <testcase classname="${inXml(suite)}" name="${inXml(name)}" time="${seconds.toFixed(3)}"`;
    if (failures.length === 0) return `${start} />`;
    const text = failures.map(inXml);
    return `${start}>\n      <failure message="${text[0]}">${text.join('\n')}</failure>\n    </testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite ${counts}>
${cases.join('\n')}
  </testsuite>
</testsuites>
`;
}

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' },
};

/** XML 1.0 has no control characters, not even escaped ones. */
const inXml = (text: string) =>
  text.replace(/[^\P{C}\n]/gu, '\u{fffd}').replace(/[&<>"\n]/g, (character: string) => entities[character]!);
