namespace FastDPMeta.Cli.Training;

/// <summary>One fresh episode for the picture.</summary>
/// <param name="Side">Rows, and columns, of an image.</param>
/// <param name="Support">Support images, class by class, ink in [0, 1], shape <c>[way, shot, row, column]</c>.</param>
/// <param name="Shot">Support images of each class.</param>
/// <param name="Query">Query images, shape <c>[image, row, column]</c>.</param>
/// <param name="Labels">True class of each query image.</param>
/// <param name="Predictions">Predicted class of each query image.</param>
internal sealed record EpisodeAdaptation(int Side, float[] Support, int Shot, float[] Query, int[] Labels, int[] Predictions);
