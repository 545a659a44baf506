using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Nn;

namespace FastDPMeta.Cli.Training;

/// <summary>The learner that is asked for, and the network that suits it.</summary>
internal static class LearnerChoice
{
    private const int Context = 5; // of CAVIA, as its paper has for sinusoids
    private const int SetCode = 64; // numbers that a support set is coded by
    private const int ShortCode = 8; // where each of them multiplies all weights
    private const int Embedding = 40;
    private const double RidgeScale = 10; // logits of a regression on zeros and ones are too flat for a softmax

    private const int Groups = 8; // of a group normalisation

    /// <summary>Learners that compare or regress on embeddings.</summary>
    internal static bool Embeds(LearnerKind kind) => kind is LearnerKind.Protonet or LearnerKind.Matching or LearnerKind.Relation or LearnerKind.Ridge;

    /// <summary>Learners whose network takes a vector behind the input, which images don't leave room for.</summary>
    internal static bool NeedsVectors(LearnerKind kind) => kind is LearnerKind.Cavia or LearnerKind.Cnp or LearnerKind.Anp or LearnerKind.Memory or LearnerKind.Snail;

    /// <summary>Learners that only classes make sense for.</summary>
    internal static bool NeedsClasses(LearnerKind kind) => kind is LearnerKind.Protonet or LearnerKind.Relation;

    internal static Sequential Model(TrainingOptions options, LearnerKind kind)
    {
        if (options.Task == TaskFamily.Sinusoid)
        {
            return kind switch
            {
                LearnerKind.Cavia => Models.SinusoidNet(inputs: 1 + Context),
                LearnerKind.Cnp or LearnerKind.Anp or LearnerKind.Memory or LearnerKind.Snail => Models.SinusoidNet(inputs: 1 + SetCode),
                _ => Models.SinusoidNet(outputs: Embeds(kind) ? Embedding : 1),
            };
        }

        return options.Network == NetworkKind.Mlp
            ? Models.OmniglotMlp(options.Norm, Embeds(kind) ? null : options.Way)
            : Models.OmniglotConv(Norm(options), options.Filters, classes: Embeds(kind) ? null : options.Way, groups: Groups, widen: options.Widen);
    }

    /// <summary>The normalisation asked for; where filters do not fall into groups, all of them are one.</summary>
    internal static NormKind Norm(TrainingOptions options) =>
        options.Norm == NormKind.Group && options.Filters % Groups != 0 ? NormKind.Layer : options.Norm;

    internal static Learner Make(TrainingOptions options, LearnerKind kind) => kind switch
    {
        LearnerKind.Protonet => new ProtoNet(Common(options, new ProtoNetOptions())),
        LearnerKind.Matching => new MatchingNet(Common(options, new MatchingNetOptions())),
        LearnerKind.Relation => new RelationNet(Common(options, new RelationNetOptions())),
        LearnerKind.Ridge => new RidgeHead(Common(options, new RidgeHeadOptions { Scale = options.Way > 1 ? RidgeScale : 1 })),
        LearnerKind.Cnp => new NeuralProcess(Common(options, new NeuralProcessOptions { Representation = SetCode })),
        LearnerKind.Anp => new AttentiveNeuralProcess(Common(options, new AttentiveNeuralProcessOptions { Representation = SetCode })),
        LearnerKind.Memory => new MemoryNet(Common(options, new MemoryNetOptions { Representation = SetCode })),
        LearnerKind.Snail => new Snail(Common(options, new SnailOptions { Representation = SetCode })),
        LearnerKind.Hypernetwork => new HyperNetwork(Common(options, new HyperNetworkOptions { Representation = ShortCode })),
        LearnerKind.Film => new FilmAdapter(Common(options, new FilmAdapterOptions { Representation = SetCode })),
        LearnerKind.Joint => new Joint(Steps(options, new JointOptions())),
        LearnerKind.Reptile => new Reptile(Steps(options, new ReptileOptions())),
        LearnerKind.Evolution => new EvolutionStrategies(Steps(options, new EvolutionStrategiesOptions())),
        LearnerKind.Imaml => new ImplicitMaml(Steps(options, new ImplicitMamlOptions())),
        LearnerKind.MetaSgd => new MetaSgd(Steps(options, new MetaSgdOptions())),
        LearnerKind.Anil => new Anil(Steps(options, new AnilOptions())),
        LearnerKind.Boil => new Boil(Steps(options, new BoilOptions())),
        LearnerKind.Cavia => new Cavia(Steps(options, new CaviaOptions { Context = Context })),
        LearnerKind.MamlPlusPlus => new MamlPlusPlus(Steps(options, new MamlPlusPlusOptions { FirstOrderUntil = 0 })),
        LearnerKind.MetaCurvature => new MetaCurvature(Steps(options, new MetaCurvatureOptions())),
        _ => new Maml(Steps(options, new MamlOptions { FirstOrder = kind == LearnerKind.Fomaml })),
    };

    private static T Common<T>(TrainingOptions options, T learner)
        where T : LearnerOptions => learner with { Way = options.Way, Shot = options.Shot, Query = options.Query, EvaluationSteps = options.AdaptSteps };

    private static T Steps<T>(TrainingOptions options, T learner)
        where T : GradientLearnerOptions => Common(options, learner) with { InnerSteps = options.InnerSteps, InnerRate = options.InnerRate };
}
