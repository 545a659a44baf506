namespace FastDPMeta.Engine.Tasks;

/// <summary>What an episode consists of.</summary>
/// <param name="Task">Its number in the family.</param>
/// <param name="Classes">Class numbers in the image set, in the order of the episode's labels.</param>
/// <param name="Turns">Quarter turns anticlockwise of each class's images, from 0 to 3.</param>
/// <param name="Support">Image numbers of each class's support set.</param>
/// <param name="Query">Image numbers of each class's query set.</param>
public sealed record EpisodeRecord(
    long Task, IReadOnlyList<int> Classes, IReadOnlyList<int> Turns, IReadOnlyList<IReadOnlyList<int>> Support, IReadOnlyList<IReadOnlyList<int>> Query);
