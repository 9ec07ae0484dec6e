/** What tests read of a node of a Markdown document. https://github.com/syntax-tree/mdast */
export interface MarkdownNode {
  readonly type: string;
  readonly children?: readonly MarkdownNode[];
  readonly value?: string;
  readonly url?: string;
  readonly depth?: number;
  readonly ordered?: boolean;
  readonly checked?: boolean | null;
}

interface Parser {
  use(plugin: unknown): Parser;
  parse(markdown: string): unknown;
  runSync(tree: unknown): MarkdownNode;
}

/** Parses Markdown as GitHub does, with its tables, strikethrough, footnotes and links of addresses alone. */
export async function gitHubMarkdown(): Promise<(markdown: string) => MarkdownNode> {
  const load = async (name: string) =>
    (await import(name)) as { readonly unified: () => Parser; readonly default: unknown };
  const { unified } = await load('unified');
  const parser = unified()
    .use((await load('remark-parse')).default)
    .use((await load('remark-gfm')).default);
  return (markdown) => parser.runSync(parser.parse(markdown));
}
