// The layout holds: which folder may import which, what every file owes its reader, and one name for one thing. Each
// check is also shown something it must refuse: a check that cannot fail would say nothing.
// Read next: layout/importRules.ts, layout/fileRules.ts, layout/vocabularyRules.ts.
import { describe, expect, it } from 'vitest'
import { brokenFileRules, strangers } from './layout/fileRules.ts'
import { importsOf, wrongImports } from './layout/importRules.ts'
import { FOLDERS, sources, topLevel } from './layout/sources.ts'
import {
  differences,
  modelDesigns,
  modelNames,
  realDesigns,
  realNames,
  vocabularyNames,
} from './layout/vocabularyRules.ts'

/** This file holds what must be refused, as text. */
const all = sources().filter(({ path }) => path !== 'reports/layout.test.ts')

it('finds the sources of every folder', () => {
  for (const folder of FOLDERS)
    expect(all.filter(({ path }) => path.startsWith(`${folder}/`)).length).toBeGreaterThan(0)
})

describe('imports', () => {
  it('point one way: model, impl, properties, then bench and reports', () => {
    expect(all.flatMap(wrongImports)).toEqual([])
  })

  const refused = (path: string, text: string) => wrongImports({ path, text }).length
  it.each([
    ['model/a.ts', "import { readFileSync } from 'node:fs'"],
    ['model/a.ts', "import fs from 'fs'"],
    ['model/a.ts', "import { z } from 'zod'"],
    ['model/a.ts', "import type { Sink } from '../impl/sinks/interfaces.ts'"],
    ['model/a.test.ts', "import { World } from '../properties/world/world.ts'"],
    ['model/pipeline/a.ts', "export { x } from '../../reports/x.ts'"],
    ['impl/sinks/a.ts', "import { buffer } from '../../model/pipeline/buffer.ts'"],
    ['impl/sinks/a.ts', "const later = await import('../../properties/world/world.ts')"],
    ['properties/a.ts', "import '../reports/main.ts'"],
    ['properties/a.ts', "import type {\n  A,\n} from '../bench/a.ts'"],
    ['bench/a.ts', "import { table } from '../reports/verify/table.ts'"],
  ])('refuses %s: %s', (path, text) => {
    expect(refused(path, text)).toBe(1)
  })
  it.each([
    ['impl/sinks/a.ts', "import { checkpointId } from '../../model/pipeline/ids.ts'"],
    ['properties/a.ts', "import { search } from '../model/kernel/index.ts'"],
    ['reports/a.ts', "import { bench } from '../bench/a.ts'"],
    ['model/a.ts', "// import { readFileSync } from 'node:fs'"],
  ])('allows %s: %s', (path, text) => {
    expect(refused(path, text)).toBe(0)
  })
  it('sees every form of an import', () => {
    const text = `import a from 'a'\nexport * from "b"\nawait import( 'c' )\nimport 'd'\nimport {\n e } from 'e'`
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})

describe('files', () => {
  it('open with a comment, hide nothing from the compiler, and are named for what is in them', () => {
    expect(all.flatMap(brokenFileRules)).toEqual([])
  })

  const opening = '// What this is.\n'
  it.each([
    ['no comment', 'a.ts', 'export const a = 1\n'],
    ['a comment only after the imports', 'a.ts', "import 'b'\n// What this is.\n"],
    ['any as a type', 'a.ts', `${opening}const a: any = 1\n`],
    ['any as a cast', 'a.ts', `${opening}const a = b as any\n`],
    ['any as an argument', 'a.ts', `${opening}const a = new Map<string, any>()\n`],
    ['a list of any', 'a.ts', `${opening}type A = readonly any[]\n`],
    ['@ts-ignore', 'a.ts', `${opening}// @ts-ignore\nb()\n`],
    ['@ts-expect-error', 'a.ts', `${opening}/* @ts-expect-error: later */ b()\n`],
    ['a switched-off rule of the linter', 'a.ts', `${opening}// biome-ignore lint: later\nb()\n`],
    ['a name that says nothing', 'stringUtils.ts', opening],
    ['another one', 'StateManager.ts', opening],
  ])('refuses %s', (_, path, text) => {
    expect(brokenFileRules({ path: `model/${path}`, text })).toHaveLength(1)
  })
  it('is not misled by the word any in a comment or a text', () => {
    const text = `${opening}/** as any */\nconst a = ': any' // of any kind, any\nconst many: number = 1\n`
    expect(brokenFileRules({ path: 'model/a.ts', text })).toEqual([])
  })
  it('stand in the five folders, with nothing else at the top', () => {
    expect(strangers(topLevel())).toEqual([])
    expect(strangers(['model', 'lib', 'src'])).toEqual(['lib', 'src'])
  })
})

describe('names', () => {
  it('of actions are the same in the vocabulary, the rules of the model and the steps of the real pipeline', () => {
    expect(differences('the vocabulary', vocabularyNames(), 'the model', modelNames())).toEqual([])
    expect(differences('the vocabulary', vocabularyNames(), 'the real pipeline', realNames())).toEqual([])
  })
  it('of sink designs are the same in the model and in the implementation', () => {
    expect(differences('the model', modelDesigns(), 'the implementation', realDesigns())).toEqual([])
  })
  it('that only one side has are found', () => {
    const renamed = modelNames().map((name) => (name === 'emit' ? 'send' : name))
    expect(differences('the vocabulary', vocabularyNames(), 'the model', renamed)).toEqual([
      '"emit" is in the vocabulary only',
      '"send" is in the model only',
    ])
    expect(differences('the model', modelDesigns(), 'the implementation', realDesigns().slice(1))).toHaveLength(1)
  })
})
