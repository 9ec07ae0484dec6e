import type { Comparison, TextRange } from '../../routing/expressions/syntax';
import type { Message } from '../../taskrouter/message';
import type {
  ConfigurationPart,
  ExpressionPart,
  FilterPart,
  TargetPart,
  WorkflowDocument,
} from '../document';
import type { KnownWorkspace } from '../known';

/** Errors are what TaskRouter refuses, warnings what cannot work, information what may be meant as it is. */
export type Severity = 'error' | 'warning' | 'information';

export interface Edit {
  readonly range: TextRange;
  readonly text: string;
}

/** A change that removes what a finding is about, in one edit or more. */
export interface Fix {
  readonly title: Message;
  readonly edits: readonly Edit[];
}

/** Ranges are of the document. */
export interface Finding {
  readonly range: TextRange;
  readonly message: Message;
  readonly fixes?: readonly Fix[];
}

/** What a rule about a filter, or what is in one, reads beside it: no other filter, so that its findings can be remembered. */
export interface PartSurroundings {
  readonly known: KnownWorkspace;
  /** Whether the document names queues of this workspace: others may be for another account. */
  readonly isOfWorkspace: boolean;
  readonly isTemplate: WorkflowDocument['isTemplate'];
  /** The queue of the target that an expression is of. */
  readonly queue?: string;
}

/** What a rule about a whole configuration reads beside it. */
export interface Surroundings extends PartSurroundings {
  readonly document: WorkflowDocument;
}

/** What rules can be about. */
export interface Parts {
  configuration: ConfigurationPart;
  filter: FilterPart;
  /** Also the default filter, which `isDefault` tells. */
  target: { readonly target: TargetPart; readonly isDefault: boolean };
  expression: ExpressionPart;
  comparison: { readonly part: ExpressionPart; readonly comparison: Comparison };
}

export type SurroundingsOf<Kind extends keyof Parts> = Kind extends 'configuration'
  ? Surroundings
  : PartSurroundings;

type RuleOf<Kind extends keyof Parts> = {
  readonly about: Kind;
  readonly code: string;
  readonly severity: Severity;
  /** The page of Twilio's documentation below https://www.twilio.com/docs/taskrouter/. */
  readonly page: string;
  /** A generator may pause between findings. */
  readonly check: (part: Parts[Kind], around: SurroundingsOf<Kind>) => Iterable<Finding | undefined>;
};

export type Rule = { [Kind in keyof Parts]: RuleOf<Kind> }[keyof Parts];
