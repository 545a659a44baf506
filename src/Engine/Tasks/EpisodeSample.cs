namespace FastDPMeta.Engine.Tasks;

/// <summary>What an episode is made of, by number: enough to build it again elsewhere, and nothing of anybody's data.</summary>
/// <param name="Task">Number of the task, at least 0.</param>
/// <param name="Classes">
/// Class of each way; the label is the place in this list. A class turned by k quarter turns counts as k times the number of classes further on, as in <see cref="ImageSet.WithRotations"/>.
/// </param>
/// <param name="Support">Numbers of the support images of each way.</param>
/// <param name="Query">Numbers of the query images of each way.</param>
public sealed record EpisodeSample(long Task, IReadOnlyList<int> Classes, IReadOnlyList<IReadOnlyList<int>> Support, IReadOnlyList<IReadOnlyList<int>> Query);
