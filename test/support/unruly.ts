// Places where the embedded model, left to itself, opens a bracket that it does not close, closes one that is closed already, or
// separates what is separated already.

export interface UnrulyPlace {
  readonly path: string;
  readonly language: string;
  /** With ‸ at the cursor. */
  readonly source: string;
}

export const unrulyPlaces = {
  openBlock: {
    path: 'queue.ts',
    language: 'typescript',
    source: `export class Queue {
  private readonly waiting: Job[] = [];

  next(): void {
    while (this.waiting.length > 0) {
      const job = this.waiting.shift();
      if (job === undefined) ‸
      this.start(job);
    }
  }
}
`,
  },
  openMember: {
    path: 'queue.ts',
    language: 'typescript',
    source: `export class Queue {
  private readonly waiting: Job[] = [];

  constructor(private readonly limit: number) ‸

  push(job: Job): void {
    this.waiting.push(job);
  }
}
`,
  },
  openFunction: {
    path: 'names.go',
    language: 'go',
    source: `package main

func sorted(names []string) []string {
	result := append([]string{}, names...)
	sort.Slice(result, func(i, j int) ‸
	return result
}
`,
  },
  doubledBrace: {
    path: 'fruit.ts',
    language: 'typescript',
    source: `const fruit = [
  { name: 'apple', price: 3 },
  { name: 'pear', price: 4 },
  { name: 'plum', ‸ }
];
`,
  },
  doubledCall: {
    path: 'names.go',
    language: 'go',
    source: `package main

func sorted(names []string) []string {
	result := append([]string{}, names...)
	sort.Slice(result, func(i, j int) bool { return ‸ })
	return result
}
`,
  },
  doubledSemicolon: {
    path: 'panel.css',
    language: 'css',
    source: `body {
  margin: 0;
  font-family: ‸;
  background: rgba(255, 255, 255, 0.9);
}
`,
  },
  doubledComma: {
    path: 'palette.json',
    language: 'json',
    source: `{
  "name": "palette",
  "enabled": ‸,
  "colors": ["red", "green"]
}
`,
  },
} as const satisfies Readonly<Record<string, UnrulyPlace>>;
