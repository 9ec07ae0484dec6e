import type { Figure } from './figures';
export async function shipped(_tell: (text: string) => void): Promise<Figure[]> {
  return Promise.resolve([]);
}
