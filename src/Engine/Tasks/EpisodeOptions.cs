namespace FastDPMeta.Engine.Tasks;

/// <summary>Shape of an episode: N ways, K shots.</summary>
public sealed record EpisodeOptions
{
    /// <summary>Classes in an episode, at least 2. Default 5.</summary>
    public int Way { get; init; } = 5;

    /// <summary>Support images of each class, at least 1. Default 1.</summary>
    public int Shot { get; init; } = 1;

    /// <summary>Query images of each class, at least 1. Default 15.</summary>
    public int Query { get; init; } = 15;

    /// <summary>
    /// Turns all images of a class by the same 0, 90, 180 or 270 degrees, drawn anew for each class of each episode: four times as many
    /// classes, as Santoro et al. (2016) and Finn et al. (2017) train on Omniglot. Default false, as evaluation wants it.
    /// </summary>
    public bool Rotate { get; init; }

    /// <summary>
    /// Moves each image by whole pixels so that its ink's centre of mass lies in the middle, before it is turned; what leaves the frame is lost. Each image
    /// is moved by itself, whatever else is in the episode. Default false.
    /// </summary>
    public bool Center { get; init; }

    /// <summary>Equal seeds give equal episodes over equal images. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Training population or fresh episodes; the two share no stream. Default training.</summary>
    public TaskSplit Split { get; init; }
}
