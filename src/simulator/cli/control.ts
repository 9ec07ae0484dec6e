import type { PacedClock } from '../state/clock';
import { InvalidFileError } from '../scenarios/jsonFile';
import { readFaults } from '../scenarios/scenarioFile';
import type { Simulator } from '../simulator';

/** The commands that a running simulator reads from stdin, one per line. */
export const commands = `  pause             time stands still
  resume            and goes on
  step SECONDS      time moves on at once, by so many seconds
  speed FACTOR      virtual seconds in one of this machine's
  fault JSON        one more fault, e.g. fault {"do":"reset","on":"POST Reservations/*","times":1}
  faults            how often each has been applied
  clear             no more faults
  status            the time and its pace
  stop              the end`;

/**
 * Runs one command and returns what to print. Commands come from stdin because only the process that started
 * the simulator can write there; every web page could reach a port.
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
        return { faults: faults.applied };
      }
      case 'faults':
        return { faults: faults.applied };
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
