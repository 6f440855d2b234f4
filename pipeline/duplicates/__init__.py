"""Articles that say again what an earlier one says: exact copies, near ones, and parts.

Texts are compared as cleaned, so that Traditional script, pinyin and known boilerplate are out of the way,
and by their letters, hanzi and digits alone.

1. *Exact*: the same digest of these characters.
2. *Candidates*: MinHash (Broder 1997) over the shingles of five characters, 256 values by ``rensa``.  Two
   articles are worth comparing when both values of one of 128 bands agree: that finds 99 % of the pairs
   with a Jaccard similarity of 0.2, and 72 % at 0.1.  So little, because a third of a text, or a text with
   every fifth word replaced, is no more like its source; five characters, because with three there are five
   times as many candidates.
3. *Comparison* of the texts themselves by the shingles of three characters, of which more are left between
   replaced words.  A window of 50 shingles is *said* by the other text when this has 35 % of them.

   near
     88 % of the windows of one text are said by the other, and 67 % the other way round
   partial, truncated
     the earlier text has 75 % of the shingles of the later one, or half of them and says 88 % of its windows
   partial, wrapped
     the later text has 90 % of the shingles of the earlier one, which says a quarter of its windows

   Why windows: a text with other words is like its source all over, while another report of the same event
   shares the quotations and goes its own way between them.  By shingles both have half in common.
4. *Figures*: where two texts have other numbers between the same characters, they are two bulletins and not
   copies.  Where more than a tenth of the numbers are others (or the only other one is more than 15 %),
   nothing else counts.  Where neither text has 70 % of the other's shingles, both must be long and have four
   fifths of the numbers in common.

The shares were chosen on 4,830 real articles and 4,400 copies made of them; `tests/bench/duplicates.py`
measures what they find.

The signature of an article depends on its text alone and is kept with its shard.  What is a duplicate of what
is worked out over all signatures after a change, so that it depends on no order of runs and shards.
"""
