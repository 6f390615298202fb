// A set of channel numbers as a sorted list, so that equal sets are deeply equal and a gate's few channels stay cheap.
// Also the doors through which channel numbers enter a handler.
// Read next: singleHandler.ts.

export type ChannelSet = readonly number[]

export const NO_CHANNELS: ChannelSet = []

export function withChannel(channels: ChannelSet, channel: number): ChannelSet {
  if (channels.includes(channel)) return channels
  const at = channels.findIndex((other) => other > channel)
  return at < 0 ? [...channels, channel] : channels.toSpliced(at, 0, channel)
}

export function withoutChannel(channels: ChannelSet, channel: number): ChannelSet {
  return channels.includes(channel) ? channels.filter((other) => other !== channel) : channels
}

export function checkChannels(channels: number): void {
  if (!Number.isInteger(channels) || channels < 1) throw new RangeError(`expected 1 or more channels, got ${channels}`)
}

export function checkChannel(channel: number, channels: number): void {
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    throw new RangeError(`expected a channel in 0..${channels - 1}, got ${channel}`)
  }
}
