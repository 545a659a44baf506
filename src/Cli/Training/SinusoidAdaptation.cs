namespace FastDPMeta.Cli.Training;

/// <summary>One fresh sinusoid task for the plot. All curves share <paramref name="X"/>.</summary>
/// <param name="X">Where the curves are known.</param>
/// <param name="Truth">A sin(x - φ).</param>
/// <param name="Predictions">Predicted curves: after how many steps on the support set, from 0, and values at <paramref name="X"/>.</param>
/// <param name="SupportX">Inputs of the support points.</param>
/// <param name="SupportY">Their labels.</param>
internal sealed record SinusoidAdaptation(double[] X, double[] Truth, IReadOnlyList<(int Steps, double[] Y)> Predictions, double[] SupportX, double[] SupportY);
