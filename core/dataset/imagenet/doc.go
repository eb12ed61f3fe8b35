// Package imagenet has the classes of ImageNet-1k (ILSVRC 2012): of each its WordNet ID, which names its folder, and its
// names, in the order in which networks number them, which is that of the IDs.
//
// The list is that of the file synset.txt of https://github.com/shicai/MobileNet-Caffe. The synset_words.txt of
// https://github.com/leetenki/image_downloader agrees in all IDs and in all names but one: "crane bird" for the first of
// two classes that are both called "crane".
package imagenet
