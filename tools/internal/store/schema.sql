-- A store of benchmark results, version 1 (pragma user_version). Texts marked JSON can be taken apart by json_each.

-- Every call of the program that wrote here.
create table run(
	id integer primary key,
	started text not null, -- UTC, as in 2026-01-02T03:04:05.678Z, as all times here
	program text not null, -- its version
	command text not null,
	spec text not null     -- JSON: what was asked for
) strict;

-- A network on images: the rows of a table of results.
create table subject(
	id integer primary key,
	name text not null unique,
	file text not null,        -- of the network
	network text not null,     -- SHA-256 of the file
	input text not null,       -- how the network takes pixels, and which classes are used, if not as its file says
	data_name text not null,
	data text not null,        -- SHA-256 of the images and labels
	preparation text not null, -- how images are scaled and cropped
	overlays text not null,    -- SHA-256 of the photographs that frost is cut from
	seed text not null,
	classes text not null,     -- JSON: names of the network's classes
	labels text not null,      -- JSON: the right class of each image
	indices text,              -- JSON: the images' places in the whole set, if they are a selection
	unique(network, input, data, preparation, overlays, seed)
) strict;

-- What is done to images: the columns of a table of results.
create table perturbation(
	id integer primary key,
	text text not null unique, -- as in fog{severity=3} and pgd{eps=8/255}; clean if nothing is
	corruption text,           -- its name, if it is one
	severity text,             -- 1 to 5, or range
	attack text                -- its name, if it is one
) strict;

-- What was asked for: a cell of the benchmark, a network under a perturbation.
create table plan(
	id integer primary key,
	subject integer not null references subject,
	perturbation integer not null references perturbation,
	images integer not null, -- the first so many
	unique(subject, perturbation)
) strict;

-- The slices of its images in which that is computed, each for itself.
create table cell(
	plan integer not null references plan on delete cascade,
	first integer not null, -- image
	images integer not null,
	key blob not null,      -- SHA-256 of all that decides the result
	primary key(plan, first)
) strict, without rowid;
create index cell_key on cell(key);

-- What was found in a slice. There may be results that no plan asks for any more.
create table result(
	key blob primary key,
	identity text not null,      -- what the key is the SHA-256 of
	images integer not null,
	right integer not null,      -- answers that are the label
	nll real not null,           -- sum of the negative log likelihoods of the labels, in nats
	brier real not null,         -- sum of Brier scores
	gradients integer not null,  -- that an attack computed, counted for each image
	queries integer not null,    -- the same, and logits without gradients
	-- The answer to each image: a byte 1, a byte with the width of a class in bytes (1, 2 or 4), the number of images as a
	-- varint, all classes, and all probabilities of these as float32, everything little-endian. Under an attack that looks
	-- for the closest image the first byte is 2, and the distances of these follow as float32: 0 if the image itself is
	-- misclassified, infinity if none was found.
	answers blob not null,
	backend text not null,
	machine text not null,
	seconds real not null,       -- that the network computed
	finished text not null
) strict;

-- Why slices that have no result could not be computed.
create table failure(
	key blob primary key,
	reason text not null,
	at text not null
) strict;

-- Images whose files were read for their hash: by names, sizes, times and places of the files on this machine.
create table if not exists hashed(
	fingerprint text primary key,
	hash text not null, -- SHA-256 of the images and labels, as in subject
	at text not null
) strict;

-- The parts of the benchmark that belong here, if not all of it does: number 0 to shards-1 of so many.
create table if not exists shard(
	id integer primary key,
	number integer not null,
	shards integer not null,
	command text not null, -- JSON: the words of the last one that computed it
	folder text not null,  -- in which that was called
	unique(number, shards)
) strict;

-- The slices of a part.
create table if not exists assigned(
	shard integer not null references shard on delete cascade,
	key blob not null,
	primary key(shard, key)
) strict, without rowid;

-- Accuracies, of what is there so far.
create view accuracy as
select s.name as model, p.text as perturbation, p.corruption, p.severity, p.attack, plan.images as asked,
	coalesce(sum(r.images), 0) as images, sum(r.right) as right, 1.0 * sum(r.right) / sum(r.images) as accuracy
from plan join subject s on s.id = plan.subject join perturbation p on p.id = plan.perturbation
	join cell on cell.plan = plan.id left join result r on r.key = cell.key
group by plan.id order by s.id, p.id;
