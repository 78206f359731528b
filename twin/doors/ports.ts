/** Another process may take a free port between the first and the second address. */
const ATTEMPTS = 20;

const isBusy = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

/** Runs `open(port)`; for port 0 again while the port that it found on one address is busy on another. */
export async function onFreePort<T>(port: number, open: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(port);
    } catch (error) {
      if (port !== 0 || !isBusy(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
