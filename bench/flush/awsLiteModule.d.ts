// @aws-lite/dynamodb has no type declarations of its own: the part that the bench uses.
declare module '@aws-lite/dynamodb' {
  const plugin: unknown
  export default plugin
}
