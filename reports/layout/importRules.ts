// Imports point one way: model <- impl <- properties <- bench, reports. Pure functions of a file's path and text, so
// that a test can hand them a file that must be refused. Read next: ../layout.test.ts.
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Source } from './sources.ts'

/** Folders that the files of a folder may import from, besides their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  impl: [],
  properties: ['model', 'impl'],
  bench: ['model', 'impl', 'properties'],
  reports: ['model', 'impl', 'properties', 'bench'],
}

/** Names and types, never behaviour: what the implementation may share with the model. */
const NAMES_OF_THE_MODEL = ['model/pipeline/ids.ts', 'model/pipeline/vocabulary.ts']

/** What a file imports, statically or not, types included. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g)
  return [...found].map((match) => match[2] as string)
}

/** One sentence for each import that points the wrong way. */
export function wrongImports({ path, text }: Source): string[] {
  const folder = path.split('/')[0] ?? ''
  const isTest = /\.test\.ts$/.test(path)
  return importsOf(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      // A model's test may use the test runner and read a recorded file; the model itself is pure.
      if (folder !== 'model' || isTest) return []
      const what = isBuiltin(specifier) ? 'the Node built-in' : 'the package'
      return [`${path} imports ${what} ${specifier}: the model is pure TypeScript`]
    }
    const target = posix.normalize(posix.join(posix.dirname(path), specifier))
    const other = target.split('/')[0] ?? ''
    if (other === folder || MAY_IMPORT[folder]?.includes(other) === true) return []
    if (folder === 'impl' && NAMES_OF_THE_MODEL.includes(target)) return []
    return [
      `${path} imports ${target}: ${folder} may import ${MAY_IMPORT[folder]?.join(', ') || 'nothing of the others'}`,
    ]
  })
}
