using FastDPMeta.Engine.Meta;

namespace FastDPMeta.Engine.Tests.Meta;

public sealed class RankingTests
{
    [Fact]
    public void The_area_is_the_share_of_pairs_in_order_ties_counting_one_half()
    {
        float[] scores = [3, 1, 2, 2, 0, 5, 2];
        bool[] positives = [true, false, true, false, false, true, true];
        double pairs = 0, right = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length; j++)
            {
                if (positives[i] && !positives[j])
                {
                    pairs++;
                    right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }

        Assert.Equal(right / pairs, Ranking.AreaUnderRoc(scores, positives), 15);
        Assert.Equal(11 / 12.0, Ranking.AreaUnderRoc(scores, positives), 15);
    }

    [Fact]
    public void Perfect_reversed_and_constant_scores_give_one_zero_and_one_half()
    {
        bool[] positives = [false, true, false, true];
        Assert.Equal(1, Ranking.AreaUnderRoc([1, 3, 2, 4], positives));
        Assert.Equal(0, Ranking.AreaUnderRoc([4, 1, 3, 2], positives));
        Assert.Equal(0.5, Ranking.AreaUnderRoc([7, 7, 7, 7], positives));
    }

    [Fact]
    public void Without_both_kinds_or_with_a_score_that_is_no_number_there_is_no_area()
    {
        Assert.Equal(double.NaN, Ranking.AreaUnderRoc([1, 2], [true, true]));
        Assert.Equal(double.NaN, Ranking.AreaUnderRoc([], []));
        Assert.Equal(double.NaN, Ranking.AreaUnderRoc([1, float.NaN], [true, false]));
        Assert.Throws<ArgumentException>(() => Ranking.AreaUnderRoc([1, 2], [true]));
    }
}
