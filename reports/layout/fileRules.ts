// What holds for every source file: it opens with a comment, hides nothing from the compiler, and is named for its idea.
// Pure functions, so that a test can hand them a file that must be refused. Read next: ../layout.test.ts.
import type { Source } from './sources.ts'

/** One sentence for each rule the file breaks. */
export function brokenFileRules({ path, text }: Source): string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''")
    .replace(/\/\/.*$/gm, '')
  const broken: string[] = []
  if (!opensWithComment(text)) broken.push(`${path}: expected the file to open with what it is and why`)
  if (/(?::|<|\bas|,|\||&|=)\s*any\b(?!\w)|\bany\s*\[\]/.test(code)) broken.push(`${path}: expected no type "any"`)
  for (const [hidden] of text.matchAll(
    /(?:\/\/|\/\*|^\s*\*)\s*(?:@ts-(?:ignore|nocheck|expect-error)|biome-ignore|eslint-disable)\b/gm,
  ))
    broken.push(`${path}: expected nothing hidden from the compiler or the linter, got ${hidden.trim()}`)
  if (/util|helper|manager|misc|common/i.test(path.split('/').at(-1) ?? ''))
    broken.push(`${path}: expected a name that says what is in the file`)
  return broken
}

function opensWithComment(text: string): boolean {
  const first = text.replace(/^#!.*\n/, '').trimStart()
  return first.startsWith('//') || first.startsWith('/*')
}

/** Names at the top of the package that are not of the layout. */
export const strangers = (names: readonly string[]): string[] => names.filter((name) => !AT_THE_TOP.includes(name))

const AT_THE_TOP: readonly string[] = [
  'model',
  'impl',
  'properties',
  'bench',
  'reports',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'vitest.config.ts',
  'README.md',
  'ARCHITECTURE.md',
  'LICENSE',
  'NOTICE',
  // Not ours: what npm and the test runner leave there.
  'node_modules',
  'coverage',
]
