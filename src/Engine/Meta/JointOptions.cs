namespace FastDPMeta.Engine.Meta;

/// <summary>Options of <see cref="Joint"/>; <see cref="GradientLearnerOptions.InnerRate"/> is the rate of fine-tuning when it is evaluated.</summary>
public sealed record JointOptions : GradientLearnerOptions;
