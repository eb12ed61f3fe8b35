package benchrun

import (
	"context"

	"steady/core/dataset"
	"steady/core/report"
	"steady/core/subject"
	"steady/tools/internal/datafile"
)

// newExamples returns an error if images are not those that the networks were measured on.
func newExamples(ctx context.Context, results *report.Results, images *dataset.Images) (*subject.Examples, error) {
	print, _, err := fingerprint(ctx, images)
	if err != nil {
		return nil, datafile.Hint(err)
	}
	hash, _ := knownHash(results.Name, print)
	if hash == "" {
		if hash, err = images.Hash(ctx, nil); err != nil {
			return nil, datafile.Hint(err)
		}
	}
	return subject.NewExamples(results.Networks, images, hash)
}
