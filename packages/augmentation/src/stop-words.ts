/** English function words: replacing them breaks a sentence rather than varying it. */
const LIST = `
a an the this that these those
i me my mine myself we us our ours ourselves you your yours yourself yourselves
he him his himself she her hers herself it its itself they them their theirs themselves
who whom whose which what when where why how
am is are was were be been being have has had having do does did doing done
will would shall should can could may might must ought
and or but nor so yet if then else than because as until while although though unless whether
of at by for with about against between into through during before after above below to from up down in out on off over under
again further once here there all any both each few more most other some such no not only own same too very just also now
s t d m o re ve ll n't 's 't 'd 'm 're 've 'll
don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't won't wouldn't shan't shouldn't can't cannot couldn't mightn't mustn't needn't
i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll we'll they'll that's there's
`;

const STOP_WORDS: ReadonlySet<string> = new Set(LIST.trim().split(/\s+/));

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word.toLowerCase().replace('’', "'"));
}
