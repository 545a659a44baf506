using System.Text.Json;
using FastDPMeta.Privacy.Accounting;
using FastDPMeta.Privacy.Ledger;

namespace FastDPMeta.Privacy.Tests.Accounting.Events;

public sealed class EventJsonTests
{
    [Fact]
    public void Every_kind_of_event_is_read_back_as_it_was_written()
    {
        foreach (PrivacyEvent e in AllEvents.One())
        {
            byte[] json = PrivacyEventJson.Encode(e);
            using JsonDocument document = JsonDocument.Parse(json);
            PrivacyEvent back = PrivacyEventJson.Decode(document.RootElement);
            Assert.Equal(e, back);
            Assert.Equal(e.GetHashCode(), back.GetHashCode());
            Assert.Equal(e.Neighbours, back.Neighbours);
            Assert.Equal(json, PrivacyEventJson.Encode(back));
        }
    }

    [Fact]
    public void Every_kind_of_event_has_a_format_and_the_test_knows_it() => Assert.Equal(
        [.. typeof(PrivacyEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PrivacyEvent)) && !type.IsAbstract).Select(type => type.Name).Order()],
        AllEvents.One().Select(e => e.GetType().Name).Distinct().Order());

    [Theory]
    [InlineData("""{"type":"gaussian","neighbours":"AddOrRemoveOne","noiseMultiplier":1}""")]
    [InlineData("""{"type":"poissonSampledGaussian","neighbours":"AddOrRemoveOne","samplingRate":0.01,"noiseMultiplier":1.1}""")]
    [InlineData("""{"type":"truncatedPoissonSampledGaussian","neighbours":"AddOrRemoveOne","population":1000,"samplingRate":0.01,"largestLot":30,"noiseMultiplier":1}""")]
    [InlineData("""{"type":"fixedSizeSampledGaussian","neighbours":"ReplaceOne","population":1000,"lot":10,"noiseMultiplier":1}""")]
    [InlineData("""{"type":"epochGaussian","neighbours":"ReplaceWithNothing","batches":7,"noiseMultiplier":1}""")]
    [InlineData("""{"type":"covered","neighbours":"ReplaceWithNothing"}""")]
    [InlineData("""{"type":"selfComposed","count":3,"event":{"type":"composed","events":[{"type":"nonPrivate","neighbours":"AddOrRemoveOne"}]}}""")]
    public void Lines_of_older_ledgers_are_read_and_written_as_they_were(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Equal(line, System.Text.Encoding.UTF8.GetString(PrivacyEventJson.Encode(PrivacyEventJson.Decode(document.RootElement))));
    }

    [Theory]
    [InlineData("""{"type":"laplace","neighbours":"AddOrRemoveOne","noiseMultiplier":-1}""")]
    [InlineData("""{"type":"laplace","noiseMultiplier":1}""")]
    [InlineData("""{"type":"epochGaussian","neighbours":"AddOrRemoveOne","batches":7,"noiseMultiplier":1}""")]
    [InlineData("""{"type":"zcdp","neighbours":"AddOrRemoveOne","rho":1}""")]
    [InlineData("""{"type":"composed","events":[{"type":"gaussian","neighbours":"AddOrRemoveOne","noiseMultiplier":1},{"type":"gaussian","neighbours":"ReplaceOne","noiseMultiplier":1}]}""")]
    [InlineData("""{"type":"concentrated","neighbours":"AddOrRemoveOne"}""")]
    public void What_makes_no_sense_is_refused(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Throws<FormatException>(() => PrivacyEventJson.Decode(document.RootElement));
    }
}
