import type { PacedClock } from '../state/clock';
import { InvalidFileError } from '../scenarios/jsonFile';
import { readFaults } from '../scenarios/scenarioFile';
import type { Simulator } from '../simulator';

/** What can be written to a running simulator's stdin, a line each. */
export const commands = `  pause             time stands still
  resume            and goes on
  step SECONDS      time moves on at once, by so many seconds
  speed FACTOR      virtual seconds in one of this machine's
  fault JSON        one more fault, e.g. fault {"do":"reset","on":"POST Reservations/*","times":1}
  faults            how often each has struck
  clear             no more faults
  status            the time and its pace
  stop              the end`;

/**
 * Carries out one line, and gives what is to be printed. Lines on stdin, because nobody but who started the
 * process can write there; a port for it could be reached by every web page.
 */
export function runCommand(
  line: string,
  {
    clock,
    faults,
    stop,
  }: { readonly clock: PacedClock; readonly faults: Simulator['faults']; readonly stop: () => void },
): Readonly<Record<string, unknown>> {
  const [, verb = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line)!;
  const number = (max: number) => {
    const value = Number(rest);
    if (rest !== '' && value >= 0 && value <= max) return value;
    throw new InvalidFileError(`${verb} needs a number from 0 to ${max}, not "${rest}".`);
  };
  const status = () => ({
    now: new Date(clock.now()).toISOString(),
    paused: clock.paused,
    speed: clock.speed,
  });
  try {
    switch (verb) {
      case 'pause':
        clock.pause();
        return status();
      case 'resume':
        clock.resume();
        return status();
      case 'step':
        clock.step(number(31_536_000) * 1000);
        return status();
      case 'speed': {
        const factor = number(10_000);
        if (factor === 0)
          throw new InvalidFileError('speed needs a number above 0; to stop time there is pause.');
        clock.setSpeed(factor);
        return status();
      }
      case 'fault': {
        const [fault, ...others] = readFaults(`{"faults":[${rest}]}`, 'fault');
        if (!fault || others.length > 0)
          throw new InvalidFileError('fault needs one fault as JSON behind it.');
        faults.add(fault);
        return { faults: faults.struck };
      }
      case 'faults':
        return { faults: faults.struck };
      case 'clear':
        faults.clear();
        return { faults: [] };
      case 'status':
        return status();
      case 'stop':
        stop();
        return { stopped: true };
      default:
        return {
          error: `"${verb}" is none of: pause, resume, step, speed, fault, faults, clear, status, stop.`,
        };
    }
  } catch (error) {
    if (error instanceof InvalidFileError) return { error: error.message };
    throw error;
  }
}
