import { DistillerError } from '@distiller/core';
import { Redis } from 'ioredis';

/** Milliseconds that the first connection may take. */
const CONNECT_MS = 5000;
/** The longest pause between two attempts to connect again. */
const LONGEST_PAUSE_MS = 5000;

/**
 * Connects to a Redis. A connection that is lost later is made again, for as long as it takes.
 *
 * @param url `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS.
 * @throws DistillerError `config` for another address, `io` when nobody answers there.
 */
export async function connect(url: string): Promise<Redis> {
  if (!/^rediss?:\/\/[^/]/.test(url)) {
    throw new DistillerError(
      'config',
      `The queue's address is "${url}"; expected redis://host:port, or rediss:// with TLS.`,
    );
  }
  let isConnected = false;
  let problem = 'it does not answer';
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isConnected ? Math.min(times * 100, LONGEST_PAUSE_MS) : null),
  });
  redis.on('error', ({ message }: Error) => (problem = message || problem));
  try {
    await redis.connect();
    isConnected = true;
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new DistillerError(
      'io',
      `Can't connect to the queue ${withoutPassword(url)}: ${problem}. Check the address, and that Redis runs there (\`redis-cli -u … ping\`).`,
      { cause },
    );
  }
}

/** The address without the secret in it. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
