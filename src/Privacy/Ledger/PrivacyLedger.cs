using FastDPMeta.Privacy.Accounting;

namespace FastDPMeta.Privacy.Ledger;

/// <summary>
/// The record of what a run released: one line of JSON a release, appended and flushed to the device <b>before</b> its noise is drawn, each line
/// chained to the one before by SHA-256. A crash can therefore lose a release, never its charge. Refuses what would exceed the plan's budget.
/// </summary>
/// <remarks>
/// <para>The chain finds accidents and careless edits; it holds no secret, so it does not stop a forger who rewrites the whole file. That a file was put back whole from an
/// older copy shows only against something kept elsewhere: a witness (a second file in another place, named when the ledger is begun), the model saved
/// with it, or a signed report.</para>
/// <para>A charge costs one flush to the device (three with a witness) plus tens of microseconds, and allocates nothing once warm. Not thread-safe. A file is locked while open, against
/// other processes too.</para>
/// <list type="table">
/// <item><term>torn last line</term><description>Charged, cut off and replaced by a recovery line when opened.</description></item>
/// <item><term>last line without its line feed</term><description>Charged; the line feed is added.</description></item>
/// <item><term>behind its witness, or behind a model trained with it</term><description>Put back from an older copy: refused.</description></item>
/// <item><term>any other damage</term><description>Refused with <see cref="LedgerException"/>.</description></item>
/// <item><term>write fails (full disk)</term><description><see cref="LedgerException"/>, the half-written line is removed where possible, and the ledger takes no more charges.</description></item>
/// </list>
/// </remarks>
public sealed class PrivacyLedger : IDisposable
{
    /// <summary>A δ for asking the accountant where a plan has none; its answer is ∞ as soon as anything is released.</summary>
    private const double AnyDelta = 0.5;

    private readonly ILedgerBook _book;
    private readonly ILedgerTally _tally;
    private readonly RoundCharges _rounds;
    private bool _failed;
    private PrivacySpent? _next;

    private PrivacyLedger(ILedgerBook book, PrivacyPlan plan)
    {
        _book = book;
        Plan = plan;
        _rounds = new RoundCharges(plan);
        _tally = plan.Accountant == PlanAccountant.Certified ? new CertifiedTally(plan) : new MomentTally(plan.Neighbours);
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

    /// <summary>Where the ledger ends: kept elsewhere, it shows later whether the ledger was put back to an earlier state.</summary>
    public LedgerHead Head => _book.Head;

    /// <summary>Whether the ledger outlives the process: the head of one that doesn't is nothing to note.</summary>
    internal bool IsKept => _book.IsKept;

    /// <summary>Whether the ledger went through a state that was noted elsewhere; reads the whole ledger.</summary>
    /// <param name="head">What was noted.</param>
    /// <returns>False: the ledger was put back to an older state, or is another one.</returns>
    public bool Contains(LedgerHead head) => _book.Contains(head);

    /// <summary>Whether a round of the plan still fits into the budget.</summary>
    public bool CanCharge()
    {
        PrivacyEvent round = _rounds.Of(LastRound + 1);
        return !_failed && Fits(round is CoveredEvent covered ? Peek(covered) : AfterRoundEvent()) && _book.HasRoom(round);
    }

    /// <summary>Whether an event still fits into the budget.</summary>
    /// <param name="privacyEvent">What would be released.</param>
    public bool CanCharge(PrivacyEvent privacyEvent) => !_failed && Fits(Peek(privacyEvent)) && _book.HasRoom(privacyEvent);

    /// <summary>Begins a ledger in a new file.</summary>
    /// <param name="path">A file that does not exist or is empty, in a folder that exists.</param>
    /// <param name="plan">Whose releases are charged.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The file exists, is in use, or cannot be written; nothing is left behind.</exception>
    public static PrivacyLedger Create(string path, PrivacyPlan plan, TimeProvider? time = null) => Create(path, null, plan, time);

    /// <summary>Begins a ledger in a new file, with a witness that shows when the ledger is put back from an older copy.</summary>
    /// <param name="path">A file that does not exist or is empty, in a folder that exists.</param>
    /// <param name="witness">Likewise; best on another device, or where other people's copies and backups don't reach. No witness where it is null.</param>
    /// <param name="plan">Whose releases are charged.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">A file exists, is in use, or cannot be written; nothing is left behind.</exception>
    public static PrivacyLedger Create(string path, string? witness, PrivacyPlan plan, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        using LedgerFiles files = LedgerFiles.Create(path, witness);
        PrivacyLedger ledger = Begin(files.Store, plan, time ?? TimeProvider.System, witness is not null);
        files.Keep();
        return ledger;
    }

    /// <summary>Goes on with a ledger from an earlier run, repairing what a crash left.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The same plan as then.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">The file is missing, in use, damaged, belongs to another plan, or has a witness.</exception>
    public static PrivacyLedger Open(string path, PrivacyPlan plan, TimeProvider? time = null) => Open(path, null, plan, time);

    /// <summary>Goes on with a ledger from an earlier run and compares it with its witness.</summary>
    /// <param name="path">The file.</param>
    /// <param name="witness">Its witness, as when it was begun; null where there was none.</param>
    /// <param name="plan">The same plan as then.</param>
    /// <param name="time">The clock; the system's when left out.</param>
    /// <exception cref="LedgerException">A file is missing, in use, damaged, belongs to another plan, or the ledger lacks what its witness has.</exception>
    public static PrivacyLedger Open(string path, string? witness, PrivacyPlan plan, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Resume(LedgerFiles.Open(path, witness, TimeSpan.Zero), plan, time ?? TimeProvider.System, witness is not null);
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
    /// <exception cref="ArgumentException">The event holds under another relation than the plan, is one that only rounds are charged with, or the plan is by the certified account, which takes rounds only.</exception>
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
        _book.Dispose();
    }

    /// <summary>Begins a ledger in an empty store; the store is the caller's until this returns.</summary>
    internal static PrivacyLedger Begin(ILedgerStore store, PrivacyPlan plan, TimeProvider time, bool witnessed = false)
    {
        LedgerChain chain = new(store, plan, time);
        chain.Begin(witnessed);
        return new PrivacyLedger(chain, plan);
    }

    /// <summary>Reads a store and repairs its end; disposes of the store when that fails.</summary>
    internal static PrivacyLedger Resume(ILedgerStore store, PrivacyPlan plan, TimeProvider time, bool witnessed = false)
    {
        bool resumed = false;
        try
        {
            LedgerChain chain = new(store, plan, time);
            LedgerContents contents = chain.Read();
            if (contents.First.Witnessed && !witnessed)
            {
                throw new LedgerException($"Ledger {store.Name} was begun with a witness. Name the witness when opening it, or nobody can tell whether the ledger was put back from an older copy.");
            }

            PrivacyLedger ledger = new(chain, plan);
            ledger.Replay(contents.Entries);
            ledger.Repair(chain, contents);
            resumed = true;
            return ledger;
        }
        catch (Exception error) when (LedgerChain.IsStorageError(error))
        {
            throw new LedgerException($"Ledger {store.Name} cannot be read or repaired: {LedgerChain.OneLine(error)} Make it readable and writable, then resume.", error);
        }
        finally
        {
            if (!resumed)
            {
                store.Dispose();
            }
        }
    }

    /// <summary>The ledger of one plan within a book that others draw on: charges it and what it was charged with before.</summary>
    internal static PrivacyLedger Within(ILedgerBook book, PrivacyPlan plan, IEnumerable<LedgerEntry> earlier)
    {
        PrivacyLedger ledger = new(book, plan);
        ledger.Replay(earlier);
        return ledger;
    }

    private void Replay(IEnumerable<LedgerEntry> entries)
    {
        foreach (LedgerEntry entry in entries)
        {
            if (entry.PlanHash != Plan.Hash)
            {
                throw new LedgerException(
                    $"Ledger {_book.Name} belongs to another plan ({entry.PlanHash[..Math.Min(8, entry.PlanHash.Length)]}…, not {Plan.Hash[..8]}…). Resume with the plan it was begun with, or begin a new ledger.");
            }

            if (entry.Event is { } charged)
            {
                Recharge(charged, entry.Round);
                LastRound = Math.Max(LastRound, entry.Round);
            }
        }

        Spent = Ask();
    }

    /// <summary>Charges what an earlier run charged.</summary>
    private void Recharge(PrivacyEvent charged, long round)
    {
        if (!_rounds.TryNote(charged, round))
        {
            throw new LedgerException(
                $"Ledger {_book.Name} has a round {round} that no earlier charge covers. It can no longer prove what was spent; restore it from a copy or treat its whole budget as spent.");
        }

        try
        {
            _tally.Charge(charged);
        }
        catch (ArgumentException error)
        {
            throw new LedgerException(
                $"Ledger {_book.Name} has a charge for round {round} that does not belong to its plan: {LedgerChain.OneLine(error)} Restore it from a copy or treat its whole budget as spent.", error);
        }
    }

    private void Repair(LedgerChain chain, LedgerContents contents)
    {
        chain.Mend(contents);
        if (!contents.Torn)
        {
            return;
        }

        // The torn charge never returned to its caller, so nothing was released on it; it is charged all the same. Should this repair be cut
        // short between its two steps, the charge is lost, and still nothing was released on it.
        LastRound++;
        PrivacyEvent charged = _rounds.Of(LastRound);
        Recharge(charged, LastRound);
        Spent = Ask();
        chain.Charge("recovery"u8, LastRound, charged, _rounds.Encoded(charged), Spent.Epsilon);
        Recovered = true;
    }

    private void Charge(PrivacyEvent privacyEvent, ReadOnlySpan<byte> encoded, long round)
    {
        if (_failed)
        {
            throw new LedgerException($"Ledger {_book.Name} is closed or has failed before: it takes no more charges. Open it again.");
        }

        PrivacySpent after = ReferenceEquals(privacyEvent, Plan.RoundEvent) ? AfterRoundEvent() : Peek(privacyEvent);
        if (!Fits(after))
        {
            throw new PrivacyBudgetException(
                $"The release of round {round} would lead to ε = {after.Epsilon:g6}, beyond the budget {Plan.Budget}; spent so far: {Spent}. Stop here, or plan fewer rounds or more noise.",
                Spent,
                after.Epsilon);
        }

        try
        {
            _book.Charge("charge"u8, round, privacyEvent, encoded, after.Epsilon);
        }
        catch (LedgerException)
        {
            _failed = true;
            throw;
        }

        _tally.Charge(privacyEvent);
        _rounds.TryNote(privacyEvent, round);
        Spent = after;
        LastRound = Math.Max(LastRound, round);
        _next = null;
    }

    private PrivacySpent AfterRoundEvent() => _next ??= Peek(Plan.RoundEvent);

    private PrivacySpent Peek(PrivacyEvent privacyEvent)
    {
        _tally.Charge(privacyEvent);
        PrivacySpent after = Ask();
        _tally.TakeBack(privacyEvent);
        return after;
    }

    private PrivacySpent Ask() => Plan.IsPrivate
        ? _tally.Spent(Plan.Budget.Delta)
        : _tally.Spent(AnyDelta) with { Delta = Plan.Budget.Delta };

    private bool Fits(PrivacySpent after) => after.Epsilon <= Plan.Budget.Epsilon;
}
