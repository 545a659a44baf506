using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Accounting.Certified;

namespace FastDPMeta.Cli.Plans;

/// <summary>Answers which parameter of a Poisson-sampled Gaussian run keeps within a target.</summary>
internal static class PlanCalibration
{
    internal static void Write(Utf8JsonWriter json, PlanCase question)
    {
        (double epsilon, double delta) = (question.Number("target_epsilon"), question.Delta);
        NeighbouringRelation neighbours = question.Neighbours;
        double reach = neighbours == NeighbouringRelation.ReplaceOne ? 2 : 1;
        PrivacyEvent Step(double rate, double noise) => new PoissonSampledGaussianEvent(rate, noise / reach) { Neighbours = neighbours };
        PrivacyEvent Plan(double rate, double noise, double steps) => new SelfComposedEvent(Step(rate, noise), checked((long)steps));

        if (question.Question == "calibrate_steps")
        {
            PrivacyEvent step = Step(question.Given("q"), question.Given("sigma"));
            long steps = CertifiedCalibration.Steps(step, epsilon, delta);
            long most = steps;
            for (long stride = 1; most < long.MaxValue / 4 && Accountant.Certify(new SelfComposedEvent(step, most + 1), delta).Lower <= epsilon; stride *= 2)
            {
                most += stride; // the interval around the target is wider than a step
            }

            PlanAnswers.WriteNumber(json, "value", steps);
            PlanAnswers.WriteInterval(json, steps, most);
            WriteReached(json, new SelfComposedEvent(step, steps), delta);
            return;
        }

        bool isNoise = question.Question == "calibrate_sigma";
        Func<double, PrivacyEvent> planOf = isNoise
            ? noise => Plan(question.Given("q"), noise, question.Given("steps"))
            : rate => Plan(rate, question.Given("sigma"), question.Given("steps"));
        double value = isNoise ? CertifiedCalibration.NoiseMultiplier(planOf, epsilon, delta) : CertifiedCalibration.SamplingRate(planOf, epsilon, delta);
        double other = Beyond(planOf, value, epsilon, delta, isNoise ? -1 : 1);
        PlanAnswers.WriteNumber(json, "value", value);
        PlanAnswers.WriteInterval(json, Math.Min(value, other), Math.Max(value, other));
        WriteReached(json, planOf(value), delta);
    }

    /// <summary>A parameter nearby that is proved to exceed the target.</summary>
    private static double Beyond(Func<double, PrivacyEvent> planOf, double value, double epsilon, double delta, int sign)
    {
        double step = 1e-9;
        for (; step < 0.5; step *= 4)
        {
            double other = value * (1 + (sign * step));
            if (sign > 0 && other >= 1)
            {
                return 1;
            }

            if (Accountant.Certify(planOf(other), delta).Lower > epsilon)
            {
                return other;
            }
        }

        return sign > 0 ? 1 : 0;
    }

    private static void WriteReached(Utf8JsonWriter json, PrivacyEvent plan, double delta)
    {
        EpsilonInterval reached = Accountant.Certify(plan, delta);
        PlanAnswers.WriteInterval(json, reached.Lower, reached.Upper, "epsilon_lower", "epsilon_upper");
    }
}
