import { defaultOptions } from '../options';
import type { RoutingOptions } from '../options';
import { compile } from './compile';
import type { CompiledExpression } from './compile';
import { compileOrder } from './order';
import type { WorkerOrder } from './order';
import type { Context } from './scope';

/** Compiles each expression once, under one set of options. */
export class ExpressionLibrary {
  readonly #expressions = new Map<string, CompiledExpression>();
  readonly #orders = new Map<string, WorkerOrder>();

  constructor(readonly options: RoutingOptions = defaultOptions) {}

  /** @throws ExpressionError */
  expression(text: string, context: Context): CompiledExpression {
    return remembered(this.#expressions, `${context} ${text}`, () => compile(text, context, this.options));
  }

  /**
   * order_by of a target
   * @throws ExpressionError
   */
  order(text: string): WorkerOrder {
    return remembered(this.#orders, text, () => compileOrder(text, this.options));
  }
}

/** Callers may send any number of different expressions. */
const maxRemembered = 5000;

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    if (known.size >= maxRemembered) known.clear();
    known.set(key, value);
  }
  return value;
}
