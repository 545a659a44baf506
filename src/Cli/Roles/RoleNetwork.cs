using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;
using FastDPMeta.Engine.Optim;
using FastDPMeta.Engine.Tasks;
using FastDPMeta.Privacy;

namespace FastDPMeta.Cli.Roles;

/// <summary>The network, the learner, the plan: what the options come to.</summary>
internal static class RoleNetwork
{
    private const double FinalRate = 0.1; // of the first: late rounds average out the noise of sampling and of privacy

    internal static Loss Loss { get; } = Loss.SequenceCrossEntropy();

    /// <summary>Embedding, LSTMs, and logits at every character: from [step] to [step, character] (McMahan et al. 2017, section 3, have 8 and twice 256).</summary>
    internal static Sequential Model(RoleOptions options) => new(
        new Embedding(RoleSet.VocabularySize, options.Embedding),
        new Lstm(options.Embedding, options.Hidden, options.Layers),
        new Dense(options.Hidden, RoleSet.VocabularySize, name: "logits"));

    internal static Learner Learner(RoleOptions options) => options.Learner switch
    {
        RoleLearner.Joint => new Joint(Steps(options, new JointOptions())),
        RoleLearner.Reptile => new Reptile(Steps(options, new ReptileOptions())),
        RoleLearner.Anil => new Anil(Steps(options, new AnilOptions())),
        _ => new Maml(Steps(options, new MamlOptions { FirstOrder = options.Learner == RoleLearner.Fomaml })),
    };

    internal static Optimizer Optimizer(RoleOptions options) => Engine.Optim.Optimizer.Adam(Schedule.Cosine(options.Rate, options.Rate * FinalRate, options.Rounds));

    internal static RoleTasks Tasks(RoleSet data, TaskSplit split, RoleOptions options) =>
        new(data, split, new RoleTaskOptions { Window = options.Window, Support = options.Support, Query = options.Query, Seed = options.Seed });

    internal static PrivacyPlan Plan(RoleOptions options, int roles) => options.Epsilon is double epsilon
        ? new PrivacyPlanBuilder().Protect(PrivacyUnit.Task).Within(new PrivacyBudget(epsilon, options.Delta)).Poisson(roles, options.Lot, options.Rounds)
            .Clip(Clipping.Flat((float)options.Clip)).Build()
        : PrivacyPlan.None(PrivacyUnit.Task, roles, options.Lot, options.Rounds);

    private static T Steps<T>(RoleOptions options, T learner)
        where T : GradientLearnerOptions => learner with
        {
            Way = 1,
            Shot = options.Support,
            Query = options.Query,
            InnerSteps = options.InnerSteps,
            InnerRate = options.InnerRate,
            EvaluationSteps = options.AdaptSteps,
        };
}
