package bench

import (
	"fmt"
	"slices"
	"strings"

	"steady/core/corrupt"
)

// Suite is a list of perturbations that was published, or is usual.
type Suite struct {
	Name          string
	Title         string
	Source        string
	Note          string // what is to be known of the figures; "" if nothing
	Perturbations []Perturbation
}

const (
	hendrycks = "D. Hendrycks, T. Dietterich: Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, ICLR 2019"
	croce     = "F. Croce et al.: RobustBench: a standardized adversarial robustness benchmark, NeurIPS Datasets and Benchmarks 2021"
	laugros   = "A. Laugros, A. Caplier, M. Ospici: common_corruption_benchmark, September 2020"

	overlaps   = "this program, by the overlapping score of Laugros et al. 2021 on CIFAR-10: docs/papers.md"
	grownFrost = "frost is grown, not cut from photographs: its figures, and means with them, are not those of the published images"
	fewSeeds   = "chosen by overlaps by accuracy of networks of three seeds, of small images: for others the choice may be another"
	noMCE      = "no errors of AlexNet were published: no mCE"
)

// Suites returns all suites.
func Suites() []Suite {
	imageNetC := Suite{
		Name: "imagenet-c", Title: "ImageNet-C", Source: hendrycks, Note: grownFrost,
		Perturbations: severities(corrupt.In(corrupt.ImageNetC), corrupt.ImageNet, JPEG),
	}
	noJPEG := imageNetC
	noJPEG.Name, noJPEG.Title = "imagenet-c-nojpeg", "ImageNet-C without JPEG compression"
	noJPEG.Note = "the published images are compressed after the corruption; " + grownFrost
	noJPEG.Perturbations = severities(corrupt.In(corrupt.ImageNetC), corrupt.ImageNet, 0)

	all := Suite{Name: "full", Title: "Everything", Source: "the corruptions and attacks of this program",
		Note: "corruptions of 5 severities, with the constants for the size of the images; " + grownFrost}
	for _, s := range corrupt.Suites() {
		all.Perturbations = append(all.Perturbations, severities(corrupt.In(corrupt.Suite(s)), corrupt.Auto, 0)...)
	}
	linf := attacks("linf", "fgsm{eps=8/255}", "pgd{eps=8/255}", "autoattack{eps=8/255}")
	l2 := attacks("l2", "fgsm{eps=0.5}", "pgd{eps=0.5}", "autoattack{eps=0.5}")
	spatial := attacks("", "spatial")
	all.Perturbations = slices.Concat(all.Perturbations, linf, l2, spatial)

	quick := Suite{Name: "quick", Title: "A quick look", Source: "a sample of this program",
		Note: "five corruptions at three severities and one attack: no published benchmark"}
	for _, c := range named("gaussian_noise", "motion_blur", "fog", "contrast", "jpeg_compression") {
		for _, severity := range []int{1, 3, 5} {
			quick.Perturbations = append(quick.Perturbations, must(Corrupted(c, severity, corrupt.Auto, 0)))
		}
	}
	quick.Perturbations = append(quick.Perturbations, attacks("linf", "fgsm{eps=8/255}")...)

	return []Suite{
		imageNetC,
		noJPEG,
		{
			Name: "imagenet-c-extra", Title: "ImageNet-C, the four extra corruptions", Source: hendrycks, Note: noMCE,
			Perturbations: severities(corrupt.In(corrupt.ImageNetCExtra), corrupt.ImageNet, JPEG),
		},
		{
			Name: "cifar10-c", Title: "CIFAR-10-C", Source: hendrycks, Note: noMCE + "; " + grownFrost,
			Perturbations: severities(corrupt.In(corrupt.ImageNetC), corrupt.CIFAR, 0),
		},
		{
			Name: "cifar10-c-extra", Title: "CIFAR-10-C, the four extra corruptions", Source: hendrycks, Note: noMCE,
			Perturbations: severities(corrupt.In(corrupt.ImageNetCExtra), corrupt.CIFAR, 0),
		},
		{
			Name: "laugros", Title: "Corruptions of Laugros, Caplier and Ospici", Source: laugros,
			Note:          "for images of 32 pixels lengths are divided by 7, which is an approximation of this program",
			Perturbations: ranges(corrupt.In(corrupt.Laugros)),
		},
		{
			Name: "imagenet-noc", Title: "ImageNet-NOC", Source: laugros + " (the eight of October 2020)",
			Perturbations: ranges(named("laugros/shear", "laugros/rain", "laugros/hue", "laugros/quantization", "laugros/brightness",
				"laugros/border", "laugros/blur", "laugros/vertical_artifacts")),
		},
		{
			Name: "cifar10-noc", Title: "Seventeen corruptions of which no two overlap on CIFAR-10", Source: overlaps, Note: fewSeeds,
			Perturbations: ranges(named("gaussian_noise", "motion_blur", "snow", "pixelate", "jpeg_compression", "saturate",
				"laugros/thumbnail_resize", "laugros/contrast", "laugros/brightness", "laugros/color_distortion",
				"laugros/obstruction", "laugros/border", "laugros/rhombus", "laugros/rotation", "laugros/translation",
				"laugros/shear", "laugros/elastic")),
		},
		{
			Name: "balanced", Title: "Four corruptions of each of three groups on CIFAR-10", Source: overlaps, Note: fewSeeds,
			Perturbations: ranges(named("motion_blur", "pixelate", "jpeg_compression", "gaussian_blur", "laugros/gaussian",
				"laugros/contrast", "laugros/backlight", "laugros/color_distortion", "laugros/rhombus", "laugros/rotation",
				"laugros/translation", "laugros/elastic")),
		},
		{Name: "linf", Title: "Linf attacks, eps 8/255", Source: croce + ", for CIFAR-10", Perturbations: linf},
		{
			Name: "linf-imagenet", Title: "Linf attacks, eps 4/255", Source: croce + ", for ImageNet",
			Perturbations: attacks("linf", "fgsm{eps=4/255}", "pgd{eps=4/255}", "autoattack{eps=4/255}"),
		},
		{
			Name: "linf-curve", Title: "Accuracy under PGD over eps, Linf",
			Source:        "N. Carlini et al.: On Evaluating Adversarial Robustness, 2019",
			Note:          "accuracy must fall to 0 at the largest eps; else the attack fails, not the network",
			Perturbations: curve("linf", "0.5/255", "1/255", "2/255", "4/255", "8/255", "16/255", "32/255", "64/255", "128/255"),
		},
		{Name: "l2", Title: "L2 attacks, eps 0.5", Source: croce + ", for CIFAR-10", Perturbations: l2},
		{
			Name: "l2-imagenet", Title: "L2 attacks, eps 3", Source: croce + ", for ImageNet",
			Perturbations: attacks("l2", "fgsm{eps=3}", "pgd{eps=3}", "autoattack{eps=3}"),
		},
		{Name: "spatial", Title: "Rotations and translations", Source: "L. Engstrom et al.: Exploring the Landscape of Spatial Robustness, ICML 2019",
			Perturbations: spatial},
		all,
		quick,
	}
}

// LookupSuite returns the suite of a name.
func LookupSuite(name string) (Suite, error) {
	var names []string
	for _, s := range Suites() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Suite{}, fmt.Errorf("bench: unknown suite %.40q, valid: %s", name, strings.Join(names, ", "))
}

// severities returns corruptions at severities 1 to 5.
func severities(corruptions []*corrupt.Corruption, p corrupt.Profile, jpeg int) (list []Perturbation) {
	for _, c := range corruptions {
		for s := 1; s <= 5; s++ {
			list = append(list, must(Corrupted(c, s, p, jpeg)))
		}
	}
	return list
}

// ranges returns corruptions with amounts from their published ranges.
func ranges(corruptions []*corrupt.Corruption) (list []Perturbation) {
	for _, c := range corruptions {
		list = append(list, must(Corrupted(c, corrupt.FullRange, corrupt.Auto, 0)))
	}
	return list
}

func named(names ...string) (list []*corrupt.Corruption) {
	for _, name := range names {
		list = append(list, must(corrupt.Lookup(name)))
	}
	return list
}

// attacks returns attacks in a norm, if there is one.
func attacks(norm string, texts ...string) (list []Perturbation) {
	for _, text := range texts {
		if norm != "" {
			text = strings.TrimSuffix(text, "}") + ",norm=" + norm + "}"
		}
		list = append(list, must(Parse(text)))
	}
	return list
}

// curve returns PGD at several eps.
func curve(norm string, eps ...string) (list []Perturbation) {
	for _, e := range eps {
		list = append(list, attacks(norm, "pgd{eps="+e+"}")...)
	}
	return list
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
