"""Read an archive (.zip, .tar, .tar.gz) that nobody vouches for: member by member, in memory, never onto a disk.

One set of rules for everything that comes packed: work that is handed in, quizzes of other programs, data sets,
downloads of a whole class. Every name must be one that a folder could have had on any computer; links, devices and
encrypted members are refused; an archive inside of an archive is a file like any other. The first member that breaks
a rule ends the reading with an `ArchiveError`. Members come lazily, and nothing is decompressed before it is asked
for, so that a large archive costs what is read of it.
"""

from dlquiz.archives.archive import Archive, is_zip, open_archive
from dlquiz.archives.rules import ArchiveLimits, Content, Member

__all__ = ["Archive", "ArchiveLimits", "Content", "Member", "is_zip", "open_archive"]
