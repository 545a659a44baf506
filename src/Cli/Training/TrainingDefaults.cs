using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Cli.Training;

/// <summary>What a run does where the command line is silent.</summary>
internal static class TrainingDefaults
{
    internal static TrainingOptions For(TaskFamily task, LearnerKind learner) => task switch
    {
        TaskFamily.Sinusoid => Sinusoid(learner),
        TaskFamily.Omniglot => Omniglot(learner),
        _ => Mnist(learner),
    };

    internal static LearnerKind Learner(TaskFamily task) => task switch
    {
        TaskFamily.Sinusoid => LearnerKind.Maml,
        TaskFamily.Omniglot => LearnerKind.Protonet,
        _ => LearnerKind.Sgd,
    };

    private static TrainingOptions Sinusoid(LearnerKind learner) => new()
    {
        Task = TaskFamily.Sinusoid,
        Learner = learner,
        Way = 1,
        Shot = 10,
        Query = 10,
        InnerSteps = learner is LearnerKind.Reptile or LearnerKind.Imaml ? 10 : learner == LearnerKind.MamlPlusPlus ? 3 : learner == LearnerKind.Cavia ? 2 : 1,
        InnerRate = learner == LearnerKind.Cavia ? 1 : 0.01,
        AdaptSteps = learner == LearnerKind.MetaSgd ? 1 : 10, // its rates are learned for the step they are trained with; further ones diverge
        Filters = 0,
        Rate = 5e-3,
        Epsilon = 3,
        Delta = 1e-6,
        Unit = ProtectedUnit.Task,
        Population = 50_000,
        Lot = 64,
        Rounds = 5_000,
        Clip = 1,
        Seed = 1,
        Twin = true,
    };

    private static TrainingOptions Omniglot(LearnerKind learner) => new()
    {
        Task = TaskFamily.Omniglot,
        Learner = learner,
        Way = 5,
        Shot = 1,
        Query = 5,
        InnerSteps = learner is LearnerKind.Reptile or LearnerKind.Imaml ? 5 : learner == LearnerKind.MamlPlusPlus ? 3 : 1,
        InnerRate = learner == LearnerKind.Reptile ? 1e-3 : 0.4,
        AdaptSteps = learner == LearnerKind.Reptile ? 50 : 5,
        Filters = 16,
        Norm = NormKind.Group,
        Rate = LearnerChoice.Embeds(learner) ? 1e-2 : 3e-3,
        Epsilon = 8,
        Delta = 1e-6,
        Unit = ProtectedUnit.Task,
        Population = 50_000,
        Lot = 16,
        Rounds = LearnerChoice.Embeds(learner) ? 6_000 : 1_500,
        Clip = 1,
        Seed = 1,
        Twin = false,
    };

    /// <summary>Ten epochs of large lots and a small clip, as published for this network; 96.6 % of the test digits at ε = 1.</summary>
    private static TrainingOptions Mnist(LearnerKind learner) => new()
    {
        Task = TaskFamily.Mnist,
        Learner = learner,
        Way = 10,
        Shot = 0,
        Query = 0,
        InnerSteps = 0,
        InnerRate = 0,
        AdaptSteps = 0,
        Filters = 16,
        Rate = learner == LearnerKind.Adam ? 4e-3 : 2,
        Epsilon = 3,
        Delta = 1e-5,
        Unit = ProtectedUnit.Example,
        Population = 60_000,
        Lot = 1024,
        Rounds = 600,
        Clip = 0.1,
        Seed = 1,
        Twin = false,
    };
}
