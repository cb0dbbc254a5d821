// The shapes of a trace as the page reads it, for the type checker. No code.

/**
 * @typedef {{ id: number, text: string, bytes: string, start: number, end: number, special: boolean }} Token
 * @typedef {{ rank: number, index: number, left: string, right: string }} Merge
 * @typedef {{ id: number, start: number, end: number, score: number, total: number, chosen: boolean }} LatticeEdge
 * @typedef {{ id: number | null, start: number, end: number, spelled: string, tried: number }} LongestMatch
 * @typedef {{ start: number, end: number, bytes: string, symbols: string[], merges: Merge[], ids: number[],
 *   lattice?: LatticeEdge[], longestMatch?: LongestMatch[] }} Piece
 * @typedef {{ probability: number, rank: number, entropyBits: number }} PromptScore
 * @typedef {{ text: string, rendered: string, tokens: Token[], pieces: Piece[], scores?: (PromptScore | null)[] }} Prompt
 *
 * @typedef {{ name: string, parameters: Record<string, number>, kept: number, removed: number }} Stage
 * @typedef {{ id: number, text: string, bytes: string, rank: number, logits: (number | null)[],
 *   rawProbability: number, probability: number, removedBy: string | null }} Candidate
 * @typedef {{ count: number, rawProbability: number, probability: number, logits?: Record<string, any> }} Tail
 * @typedef {{ uniform: number, low: number, high: number }} Draw
 * @typedef {{ id: number, text: string, probability: number }} LensToken
 * @typedef {{ logit: number, probability: number, rank: number }} Standing
 * @typedef {{ layer: number, top: LensToken[], chosen?: Standing }} LensRow
 *
 * What each part of the pass added to the residual stream: lengths, and what that adds to the logit of `token`.
 * @typedef {{ length: number, logit: number }} ResidualPart
 * @typedef {{ attention: ResidualPart, mlp: ResidualPart, headLengths: number[], headLogits: number[], length: number }} ResidualLayer
 * @typedef {{ id: number, text: string, bytes: string, cosine: number }} Neighbour
 * @typedef {{ token: number, embedding: { values: number[], part: ResidualPart, neighbours: Neighbour[] }, layers: ResidualLayer[],
 *   scale: number, constant: number, logit: number }} Residual
 *
 * @typedef {{ index: number, position: number, token: Token, stages: Stage[], candidates: Candidate[], tail: Tail,
 *   entropyBits: { raw: number, final: number }, logSumExp: number, draw: Draw | null, finish: string | null,
 *   seconds?: { forward: number, choose: number, record: number }, lens?: LensRow[], residual?: Residual }} Step
 *
 * @typedef {{ position: number, candidates: Candidate[], tail: Tail, entropyBits: number, logSumExp: number }} Mask
 *
 * @typedef {{ id: number, parent: number | null, depth: number, token: Token, logProbability: number,
 *   sumLogProbability: number, score: number, state: string, why: string | null }} BeamNode
 * @typedef {{ tokens: number[], text: string, sumLogProbability: number, score: number, finish: string }} Hypothesis
 * @typedef {{ beams: number, lengthPenalty: number, earlyStopping: string, nodes: BeamNode[],
 *   hypotheses: Hypothesis[] }} Beam
 *
 * @typedef {{ name: string, architecture: string, file: string, sha256: string, layers: number, heads: number,
 *   keyValueHeads: number, headSize: number, hiddenSize: number, vocabularySize: number, contextLength: number,
 *   parameters: number, weightBytes: number, tensorTypes: Record<string, number> }} Model
 * @typedef {{ projections: number[], mlp: number[], attention: number[], head: number[] }} WorkByPart
 * @typedef {{ contexts: number[], cacheBytes: number[], prefill: WorkByPart, decode: WorkByPart,
 *   steps: { cached: number[], uncached: number[], cacheBytes: number[] },
 *   measured: { context: number, firstTokenSeconds: number, perTokenSeconds: number }[] }} Costs
 * @typedef {Record<string, any>} AttentionText  How the file holds the weights; see weights.js.
 * @typedef {{ format: string, version: number, run?: string, masks?: Mask[], engine: { version: string, kernels: string, threads?: number },
 *   model: Model, settings: Record<string, any>, prompt: Prompt, steps: Step[], text: string, beam: Beam | null,
 *   attention: AttentionText | null, ended?: string, metrics?: Record<string, number | null>, costs?: Costs, notes?: string[], origin?: Record<string, unknown>,
 *   parent?: { sha256: string, step: number, change: string } | null }} Trace
 *
 * A step in a few sentences: words, terms of the glossary, tokens.
 * @typedef {string | { term: string, text: string } | { token: string }} StoryPiece
 * @typedef {{ en: StoryPiece[], "zh-TW": StoryPiece[] }} Story
 *
 * Where the reader is and how they look at it. `head` is a number, "mean" or "max"; `look` is the position the
 * attention is seen from, null to follow the step; `numbers` shows the panels of numbers; `choices` are those that panels
 * declare, as far as they differ from where they begin.
 * @typedef {{ step: number, layer: number, head: number | "mean" | "max", look: number | null, lang: "en" | "zh-TW",
 *   tint: string, theme: "auto" | "light" | "dark", predict: boolean, numbers: boolean, choices: Readonly<Record<string, string>> }} Place
 */
export const typesOnly = true;
