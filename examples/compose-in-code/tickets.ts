import { createRng, type Example, type Task } from '@distiller/core';
import { makeTask } from '@distiller/data';

const TOPICS = {
  delivery: [
    'parcel never arrived',
    'courier left it outside',
    'tracking shows nothing',
    'shipment is stuck in customs',
    'box came damaged',
    'wrong street on the label',
  ],
  payment: [
    'card was charged twice',
    'refund is missing',
    'invoice has no tax number',
    'discount code failed',
    'bank declined the transfer',
    'price went up at checkout',
  ],
  account: [
    'password is rejected',
    'login link expired',
    'cannot change the email address',
    'profile picture disappeared',
    'two step code is not accepted',
    'newsletter cannot be cancelled',
  ],
};
const OPENINGS = ['hello', 'hi team', 'please help', 'again', 'so', 'since monday'];
const CLOSINGS = ['thanks', 'what now', 'please advise', 'kind regards', 'i am waiting'];

interface Ticket extends Example {
  /** Place of its phrase in the topic. */
  readonly phrase: number;
}

/** Every phrase between every opening and closing, shuffled. */
function tickets(): Ticket[] {
  const all = Object.values(TOPICS).flatMap((phrases, label) =>
    phrases.flatMap((words, phrase) =>
      OPENINGS.flatMap((opening) =>
        CLOSINGS.map((closing) => ({ texts: [`${opening}, ${words}, ${closing}`], label, phrase })),
      ),
    ),
  ) as Omit<Ticket, 'id'>[];
  const order = createRng(1).permutation(all.length);
  return all
    .map((ticket, index) => ({ id: `ticket-${order[index]}`, ...ticket }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** A split may be any async iterable: a file, a database, a queue. */
const stream = (examples: readonly Example[]) => () => ReadableStream.from(examples);
const unlabelled = ({ id, texts }: Example): Example => ({ id, texts });

const everything = tickets();
const training = everything.slice(200);
const parts = { kind: 'classification', arity: 1, labels: Object.keys(TOPICS) } as const;
const held = {
  validation: stream(everything.slice(0, 60)),
  test: stream(everything.slice(60, 200)),
};

/** What the teacher learnt from: labels for everything that customers write about. */
export const archive: Task = makeTask({
  ...parts,
  name: 'ticket-archive',
  read: { ...held, train: stream(training) },
});

/** What the student gets: labels for two phrases of each topic, and many tickets without labels. */
export const inbox: Task = makeTask({
  ...parts,
  name: 'ticket-inbox',
  read: {
    ...held,
    train: stream(training.filter(({ phrase }) => phrase < 2).slice(0, 60)),
    transfer: stream(training.map(unlabelled)),
  },
});
