using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// The record of what a run released: one line of JSON a release, appended and flushed to the device <b>before</b> its noise is drawn, each line
/// chained to the one before by SHA-256. A crash can therefore lose a release, never its charge. Refuses what would exceed the plan's budget.
/// </summary>
/// <remarks>
/// <para>The chain finds accidents and careless edits; it holds no secret, so it does not stop a forger who rewrites the whole file.</para>
/// <para>A charge costs one flush to the device plus tens of microseconds, and allocates nothing once warm. Not thread-safe. A file is locked while open, against
/// other processes too.</para>
/// <list type="table">
/// <item><term>torn last line</term><description>Charged, cut off and replaced by a recovery line when opened.</description></item>
/// <item><term>last line without its line feed</term><description>Charged; the line feed is added.</description></item>
/// <item><term>any other damage</term><description>Refused with <see cref="LedgerException"/>.</description></item>
/// <item><term>write fails (full disk)</term><description><see cref="LedgerException"/>, the half-written line is removed where possible, and the ledger takes no more charges.</description></item>
/// </list>
/// </remarks>
public sealed class PrivacyLedger : IDisposable
{
    /// <summary>A δ for asking the accountant where a plan has none; its answer is ∞ as soon as anything is released.</summary>
    private const double AnyDelta = 0.5;

    private readonly ILedgerStore _store;
    private readonly TimeProvider _time;
    private readonly RdpAccountant _accountant;
    private readonly LedgerLine _line;
    private readonly byte[] _planHash;
    private readonly RoundCharges _rounds;
    private long _sequence;
    private bool _failed;
    private PrivacySpent? _next;

    private PrivacyLedger(ILedgerStore store, PrivacyPlan plan, TimeProvider time)
    {
        _store = store;
        _time = time;
        Plan = plan;
        _line = new LedgerLine(LedgerLine.NoHash);
        _planHash = System.Text.Encoding.ASCII.GetBytes(plan.Hash);
        _rounds = new RoundCharges(plan);
        _accountant = new RdpAccountant(plan.Neighbours);
        Spent = Ask();
    }

    /// <summary>The plan whose budget this ledger keeps.</summary>
    public PrivacyPlan Plan { get; }

    /// <summary>What has been charged so far.</summary>
    public PrivacySpent Spent { get; private set; }

    /// <summary>The highest round charged; -1 before the first. A resumed run goes on with the next one.</summary>
    public long LastRound { get; private set; } = -1;

    /// <summary>Whether opening found a line torn by a crash, charged it and repaired the file.</summary>
    public bool Recovered { get; private set; }

    /// <summary>Whether a round of the plan still fits into the budget.</summary>
    public bool CanCharge() => !_failed && Fits(Next());

    /// <summary>Whether an event still fits into the budget.</summary>
    /// <param name="privacyEvent">What would be released.</param>
    public bool CanCharge(PrivacyEvent privacyEvent) => !_failed && Fits(Peek(privacyEvent));

    /// <summary>Begins a ledger in a new file.</summary>
    /// <param name="path">A file that does not exist or is empty, in a folder that exists.</param>
    /// <param name="plan">Whose releases are charged.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The file exists, is in use, or cannot be written; nothing is left behind.</exception>
    public static PrivacyLedger Create(string path, PrivacyPlan plan, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(plan);
        FileLedgerStore store = OpenFile(path, create: true);
        bool begun = false;
        try
        {
            if (store.Length > 0)
            {
                throw new LedgerException($"Ledger {path} exists already. Resume its run, or choose another place for a new one.");
            }

            PrivacyLedger ledger = Begin(store, plan, time ?? TimeProvider.System);
            begun = true;
            return ledger;
        }
        finally
        {
            if (!begun)
            {
                Abandon(store);
            }
        }
    }

    /// <summary>Goes on with a ledger from an earlier run, repairing what a crash left.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The same plan as then.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The file is missing, in use, damaged, or belongs to another plan.</exception>
    public static PrivacyLedger Open(string path, PrivacyPlan plan, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(plan);
        return Resume(OpenFile(path, create: false), plan, time ?? TimeProvider.System);
    }

    /// <summary>A ledger that is gone when the process ends: for short runs that are never resumed, and for tests.</summary>
    /// <param name="plan">Whose releases are charged.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    public static PrivacyLedger InMemory(PrivacyPlan plan, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Begin(new MemoryLedgerStore(), plan, time ?? TimeProvider.System);
    }

    /// <summary>Charges one round of the plan. When this returns, the charge is on the device and the round's noise may be released.</summary>
    /// <param name="round">Its number, ≥ 0. A round that is done again is charged again.</param>
    /// <exception cref="PrivacyBudgetException">The budget would be exceeded; nothing was charged.</exception>
    /// <exception cref="LedgerException">The charge could not be written; nothing may be released, and the ledger takes no more charges.</exception>
    public void Charge(long round)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(round);
        PrivacyEvent privacyEvent = _rounds.Of(round);
        Charge(privacyEvent, _rounds.Encoded(privacyEvent), round);
    }

    /// <summary>Charges any other release on the same data, as a private evaluation.</summary>
    /// <param name="privacyEvent">What is about to be released, under the plan's relation; its rate and noise are fixed beforehand, not chosen from results.</param>
    /// <param name="round">The round it belongs to, ≥ 0.</param>
    /// <exception cref="ArgumentException">The event holds under another relation than the plan, or is one that only rounds are charged with.</exception>
    /// <exception cref="PrivacyBudgetException">The budget would be exceeded; nothing was charged.</exception>
    /// <exception cref="LedgerException">The charge could not be written; nothing may be released, and the ledger takes no more charges.</exception>
    public void Charge(PrivacyEvent privacyEvent, long round)
    {
        ArgumentNullException.ThrowIfNull(privacyEvent);
        ArgumentOutOfRangeException.ThrowIfNegative(round);
        if (RoundCharges.IsReserved(privacyEvent))
        {
            throw new ArgumentException(
                $"{privacyEvent.GetType().Name} covers later rounds, so only Charge(round) may record it. Charge other releases as GaussianEvent.", nameof(privacyEvent));
        }

        Charge(privacyEvent, PrivacyEventJson.Encode(privacyEvent), round);
    }

    /// <summary>Unlocks and closes the file.</summary>
    public void Dispose()
    {
        _failed = true;
        _store.Dispose();
    }

    /// <summary>Begins a ledger in an empty store; the store is the caller's until this returns.</summary>
    internal static PrivacyLedger Begin(ILedgerStore store, PrivacyPlan plan, TimeProvider time)
    {
        PrivacyLedger ledger = new(store, plan, time);
        ledger._line.Begin(0, time.GetUtcNow(), "begin"u8).Text(",\"plan\":\""u8).Text(ledger._planHash)
            .Text("\",\"planned\":"u8).Text(PrivacyPlanJson.Encode(plan)).Text(",\"epsilon\":0,\"delta\":"u8).Number(plan.Budget.Delta).End();
        ledger.Write();
        return ledger;
    }

    /// <summary>Reads a store and repairs its end; disposes of the store when that fails.</summary>
    internal static PrivacyLedger Resume(ILedgerStore store, PrivacyPlan plan, TimeProvider time)
    {
        bool resumed = false;
        try
        {
            PrivacyLedger ledger = new(store, plan, time);
            ledger.Replay();
            resumed = true;
            return ledger;
        }
        catch (Exception error) when (IsStorageError(error))
        {
            throw new LedgerException($"Ledger {store.Name} cannot be read or repaired: {OneLine(error)} Make it readable and writable, then resume.", error);
        }
        finally
        {
            if (!resumed)
            {
                store.Dispose();
            }
        }
    }

    private static FileLedgerStore OpenFile(string path, bool create)
    {
        try
        {
            return FileLedgerStore.Open(path, create);
        }
        catch (FileNotFoundException error)
        {
            throw new LedgerException($"Ledger {path} does not exist, so what was spent is unknown. Give the ledger of the run to resume.", error);
        }
        catch (Exception error) when (IsStorageError(error))
        {
            throw new LedgerException($"Ledger {path} cannot be opened: {OneLine(error)} Choose a writable place that no other run uses.", error);
        }
    }

    /// <summary>Leaves nothing behind of a file that was made but could not be begun.</summary>
    private static void Abandon(FileLedgerStore store)
    {
        store.Dispose();
        if (!store.IsNew)
        {
            return;
        }

        try
        {
            File.Delete(store.Name);
        }
        catch (Exception error) when (IsStorageError(error))
        {
            // An empty file may stay; beginning in it again works.
        }
    }

    private void Replay()
    {
        LedgerContents contents = LedgerReader.Read(_store.Name, _store.ReadAll());
        foreach (LedgerEntry entry in contents.Entries)
        {
            if (entry.PlanHash != Plan.Hash)
            {
                throw new LedgerException(
                    $"Ledger {_store.Name} belongs to another plan ({entry.PlanHash[..Math.Min(8, entry.PlanHash.Length)]}…, not {Plan.Hash[..8]}…). Resume with the plan it was begun with, or begin a new ledger.");
            }

            if (entry.Event is { } charged)
            {
                Recharge(charged, entry.Round);
                LastRound = Math.Max(LastRound, entry.Round);
            }
        }

        _sequence = contents.Entries.Count;
        _line.Continue(contents.LastHash);
        Spent = Ask();
        Repair(contents);
    }

    /// <summary>Charges what an earlier run charged.</summary>
    private void Recharge(PrivacyEvent charged, long round)
    {
        if (!_rounds.TryNote(charged, round))
        {
            throw new LedgerException(
                $"Ledger {_store.Name} has a round {round} that no earlier charge covers. It can no longer prove what was spent; restore it from a copy or treat its whole budget as spent.");
        }

        try
        {
            _accountant.Charge(charged);
        }
        catch (ArgumentException error)
        {
            throw new LedgerException(
                $"Ledger {_store.Name} has a charge for round {round} that does not belong to its plan: {OneLine(error)} Restore it from a copy or treat its whole budget as spent.", error);
        }
    }

    private void Repair(LedgerContents contents)
    {
        if (contents.LacksLineFeed)
        {
            _store.Append("\n"u8);
        }

        if (!contents.Torn)
        {
            return;
        }

        // The torn charge never returned to its caller, so nothing was released on it; it is charged all the same. Should this repair be cut
        // short between its two steps, the charge is lost, and still nothing was released on it.
        _store.Truncate(contents.SoundLength);
        LastRound++;
        PrivacyEvent charged = _rounds.Of(LastRound);
        Recharge(charged, LastRound);
        Spent = Ask();
        BuildCharge("recovery"u8, LastRound, _rounds.Encoded(charged), Spent.Epsilon);
        Write();
        Recovered = true;
    }

    private void Charge(PrivacyEvent privacyEvent, ReadOnlySpan<byte> encoded, long round)
    {
        if (_failed)
        {
            throw new LedgerException($"Ledger {_store.Name} is closed or has failed before: it takes no more charges. Open it again.");
        }

        PrivacySpent after = ReferenceEquals(privacyEvent, Plan.RoundEvent) ? AfterRoundEvent() : Peek(privacyEvent);
        if (!Fits(after))
        {
            throw new PrivacyBudgetException(
                $"The release of round {round} would lead to ε = {after.Epsilon:g6}, beyond the budget {Plan.Budget}; spent so far: {Spent}. Stop here, or plan fewer rounds or more noise.",
                Spent,
                after.Epsilon);
        }

        BuildCharge("charge"u8, round, encoded, after.Epsilon);
        Write();
        _accountant.Charge(privacyEvent);
        _rounds.TryNote(privacyEvent, round);
        Spent = after;
        LastRound = Math.Max(LastRound, round);
        _next = null;
    }

    private void BuildCharge(ReadOnlySpan<byte> kind, long round, ReadOnlySpan<byte> encoded, double epsilon) =>
        _line.Begin(_sequence, _time.GetUtcNow(), kind).Text(",\"plan\":\""u8).Text(_planHash).Text("\",\"round\":"u8).Number(round)
            .Text(",\"event\":"u8).Text(encoded).Text(",\"epsilon\":"u8).Number(epsilon).Text(",\"delta\":"u8).Number(Plan.Budget.Delta).End();

    /// <summary>Appends the line built. After a failure the ledger's end is unknown, so no more is written until it has been read again.</summary>
    private void Write()
    {
        long before = -1;
        try
        {
            before = _store.Length;
            _store.Append(_line.Bytes);
            _sequence++;
        }
        catch (Exception error) when (IsStorageError(error))
        {
            _failed = true;
            TakeBack(before);
            throw new LedgerException(
                $"Ledger {_store.Name} cannot be written: {OneLine(error)} Nothing was released. Free space or choose another place, then resume.", error);
        }
    }

    /// <summary>Removes a half-written line as far as possible; what stays is found and charged when the ledger is opened.</summary>
    private void TakeBack(long length)
    {
        try
        {
            if (length >= 0)
            {
                _store.Truncate(length);
            }
        }
        catch (Exception error) when (IsStorageError(error))
        {
            // The first error is the one to report.
        }
    }

    /// <summary>What will have been spent after the next round.</summary>
    private PrivacySpent Next() => _rounds.Of(LastRound + 1) is CoveredEvent covered ? Peek(covered) : AfterRoundEvent();

    private PrivacySpent AfterRoundEvent() => _next ??= Peek(Plan.RoundEvent);

    private PrivacySpent Peek(PrivacyEvent privacyEvent)
    {
        _accountant.Charge(privacyEvent);
        PrivacySpent after = Ask();
        _accountant.TakeBack(privacyEvent);
        return after;
    }

    private PrivacySpent Ask() => Plan.IsPrivate
        ? _accountant.Spent(Plan.Budget.Delta)
        : _accountant.Spent(AnyDelta) with { Delta = Plan.Budget.Delta };

    private bool Fits(PrivacySpent after) => after.Epsilon <= Plan.Budget.Epsilon;

    private static bool IsStorageError(Exception error) =>
        error is IOException or UnauthorizedAccessException or NotSupportedException or ObjectDisposedException or System.Security.SecurityException;

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");
}
