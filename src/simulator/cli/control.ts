import type { PacedClock } from '../state/clock';
import { InvalidFileError } from '../../jsonFile';
import { readFaults } from '../scenarios/scenarioFile';
import type { Simulator } from '../simulator';

/** The commands that a running simulator reads from stdin, one per line. */
export const commands = `  pause             stop time
  resume            let time run again
  step SECONDS      advance time at once by this many seconds
  speed FACTOR      simulated seconds per real second
  fault JSON        add a fault, e.g. fault {"do":"reset","on":"POST Reservations/*","times":1}
  faults            show how often each fault was applied
  clear             remove all faults
  status            show the time and its speed
  stop              stop the simulator`;

/** What the commands act on. */
export interface Controlled {
  readonly clock: PacedClock;
  readonly faults: Simulator['faults'];
  readonly stop: () => void;
}

type Result = Readonly<Record<string, unknown>>;

const time = ({ clock }: Controlled): Result => ({
  now: new Date(clock.now()).toISOString(),
  paused: clock.paused,
  speed: clock.speed,
});

const actions: Readonly<Record<string, (controlled: Controlled, argument: string) => Result>> = {
  pause(controlled) {
    controlled.clock.pause();
    return time(controlled);
  },
  resume(controlled) {
    controlled.clock.resume();
    return time(controlled);
  },
  step(controlled, argument) {
    controlled.clock.step(readNumber('step', argument, 31_536_000) * 1000);
    return time(controlled);
  },
  speed(controlled, argument) {
    const factor = readNumber('speed', argument, 10_000);
    if (factor === 0)
      throw new InvalidFileError('speed needs a number above 0; to stop time there is pause.');
    controlled.clock.setSpeed(factor);
    return time(controlled);
  },
  fault({ faults }, argument) {
    const [fault, ...others] = readFaults(`{"faults":[${argument}]}`, 'fault');
    if (!fault || others.length > 0) throw new InvalidFileError('fault needs one fault as JSON behind it.');
    faults.add(fault);
    return { faults: faults.applied };
  },
  faults: ({ faults }) => ({ faults: faults.applied }),
  clear({ faults }) {
    faults.clear();
    return { faults: [] };
  },
  status: time,
  stop({ stop }) {
    stop();
    return { stopped: true };
  },
};

function readNumber(command: string, argument: string, max: number): number {
  const value = Number(argument);
  if (argument !== '' && value >= 0 && value <= max) return value;
  throw new InvalidFileError(`${command} needs a number from 0 to ${max}, not "${argument}".`);
}

/**
 * Runs one command and returns what to print. Commands come from stdin because only the process that started
 * the simulator can write there; every web page could reach a port.
 */
export function runCommand(line: string, controlled: Controlled): Result {
  const [, name = '', argument = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line)!;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) return { error: `"${name}" is none of: ${Object.keys(actions).join(', ')}.` };
  try {
    return action(controlled, argument);
  } catch (error) {
    if (error instanceof InvalidFileError) return { error: error.message };
    throw error;
  }
}
